//! The list of jobs.

use super::{Db, StoreError, bulk_jobs::JobRow, db::on_db};
use crate::{model::JobId, server::domain::JobSummary};

/// Where reading starts: newest first, or oldest first if backward.
#[derive(Debug)]
pub struct JobsFrom {
    pub after: Option<JobId>,
    pub is_backward: bool,
    pub skipped: i64,
    pub limit: i64,
}

#[derive(sqlx::FromRow)]
struct ListedRow {
    #[sqlx(flatten)]
    job: JobRow,
    maker_name: Option<String>,
}

impl ListedRow {
    fn into_summary(self) -> Result<JobSummary, StoreError> {
        let (job, progress) = self.job.into_job()?;
        Ok(JobSummary { job, maker_name: self.maker_name, progress })
    }
}

macro_rules! select_jobs {
    ($operator:literal, $order:literal) => {
        concat!(
            "
            SELECT bulk_jobs.id, action, maker, session_id, network, agent, request_id, total, succeeded, failed,
                   is_refused, cancelled_at, bulk_jobs.created_at, finished_at, users.name AS maker_name
            FROM bulk_jobs
            LEFT JOIN users ON users.id = maker
            WHERE $1 IS NULL OR bulk_jobs.id ",
            $operator,
            " $1
            ORDER BY bulk_jobs.id ",
            $order,
            "
            LIMIT $2 OFFSET $3"
        )
    };
}

impl Db {
    /// Returns jobs from a place on.
    pub async fn list_jobs(&self, from: &JobsFrom) -> Result<Vec<JobSummary>, StoreError> {
        let sql = if from.is_backward { select_jobs!(">", "ASC") } else { select_jobs!("<", "DESC") };
        let rows: Vec<ListedRow> = on_db!(self, |conn| sqlx::query_as(sql)
            .bind(from.after)
            .bind(from.limit)
            .bind(from.skipped)
            .fetch_all(conn))?;
        rows.into_iter().map(ListedRow::into_summary).collect()
    }

    /// Returns how many jobs there are.
    pub async fn count_jobs(&self) -> Result<i64, StoreError> {
        on_db!(self, |conn| sqlx::query_scalar("SELECT count(*) FROM bulk_jobs").fetch_one(conn))
    }
}
