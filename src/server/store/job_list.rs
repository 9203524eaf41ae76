//! The list of jobs.

use super::{Db, StoreError, db::on_db};
use crate::{
    model::{JobId, Timestamp, UserId},
    server::domain::{BulkProgress, JobSummary},
};

/// Where reading starts: newest first, or oldest first if backward.
#[derive(Debug)]
pub struct JobsFrom {
    pub after: Option<JobId>,
    pub is_backward: bool,
    pub skipped: i64,
    pub limit: i64,
}

#[derive(sqlx::FromRow)]
struct JobRow {
    id: JobId,
    action: String,
    maker: UserId,
    maker_name: Option<String>,
    total: i64,
    succeeded: i64,
    failed: i64,
    is_refused: bool,
    created_at: Timestamp,
    finished_at: Option<Timestamp>,
}

impl JobRow {
    fn into_summary(self) -> Result<JobSummary, StoreError> {
        let work = serde_json::from_str(&self.action);
        Ok(JobSummary {
            id: self.id,
            work: work.map_err(|error| StoreError::Failed(sqlx::Error::Decode(error.into())))?,
            maker: self.maker,
            maker_name: self.maker_name,
            progress: BulkProgress {
                total: self.total,
                succeeded: self.succeeded,
                failed: self.failed,
                is_refused: self.is_refused,
                finished_at: self.finished_at,
            },
            created_at: self.created_at,
        })
    }
}

macro_rules! select_jobs {
    ($operator:literal, $order:literal) => {
        concat!(
            "
            SELECT bulk_jobs.id, action, maker, users.name AS maker_name, total, succeeded, failed, is_refused,
                   bulk_jobs.created_at, finished_at
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
        let rows: Vec<JobRow> = on_db!(self, |conn| sqlx::query_as(sql)
            .bind(from.after)
            .bind(from.limit)
            .bind(from.skipped)
            .fetch_all(conn))?;
        rows.into_iter().map(JobRow::into_summary).collect()
    }

    /// Returns how many jobs there are.
    pub async fn count_jobs(&self) -> Result<i64, StoreError> {
        on_db!(self, |conn| sqlx::query_scalar("SELECT count(*) FROM bulk_jobs").fetch_one(conn))
    }
}
