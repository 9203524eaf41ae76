//! Lists jobs.

use super::{
    BulkService, ServiceError,
    part::{Cursor, Part},
};
use crate::{
    model::{JobId, JobLine, JobList, ListPlace, UserId},
    server::{domain::JobSummary, store::JobsFrom},
};

/// How many jobs are on a page.
const ROWS: i64 = 25;

/// A page of jobs, newest first.
#[derive(Debug)]
pub struct JobPage {
    pub jobs: Vec<JobSummary>,
    /// The number of jobs on all pages.
    pub total: i64,
    /// Cursors: the next page begins after `next`, the previous one ends before `prev`.
    pub next: Option<String>,
    pub prev: Option<String>,
}

impl BulkService {
    /// Returns a page of up to `limit` jobs.
    pub async fn page(&self, limit: i64, from: Cursor<JobId>) -> Result<JobPage, ServiceError> {
        let db = &self.users.core().db;
        let (after, skipped, is_backward) = from.into_parts();
        let is_later = after.is_some() || skipped > 0;
        // One more row than shown tells whether there are more.
        let asked = JobsFrom { after: after.map(|place| place.id), is_backward, skipped, limit: limit + 1 };
        let (rows, total) = tokio::try_join!(db.list_jobs(&asked), db.count_jobs())?;
        let Part { rows, has_next, has_prev } = Part::of(rows, limit, is_backward, is_later);
        Ok(JobPage {
            next: rows.last().filter(|_| has_next).map(place),
            prev: rows.first().filter(|_| has_prev).map(place),
            jobs: rows,
            total,
        })
    }

    /// Returns the page to show to this user.
    pub async fn view(&self, from: Cursor<JobId>, reader: UserId) -> Result<JobList, ServiceError> {
        let JobPage { jobs, next, prev, .. } = self.page(ROWS, from).await?;
        let rows = jobs.into_iter().map(|JobSummary { job, maker_name, progress }| JobLine {
            id: job.id.to_string(),
            kind: job.work.kind(),
            state: progress.state(),
            total: progress.total,
            succeeded: progress.succeeded,
            failed: progress.failed,
            maker: maker_name,
            is_own: job.maker == reader,
            created_at: job.created_at,
        });
        Ok(JobList { rows: rows.collect(), next, prev, now: self.users.core().now() })
    }
}

fn place(summary: &JobSummary) -> String {
    ListPlace { id: summary.job.id, value: String::new() }.to_string()
}
