//! Jobs that change many users.

use super::{
    Db, StoreError, audit, bulk_selections,
    db::{Tx, execute, on_db, on_tx},
    import_files,
};
use crate::{
    model::{BulkFailure, JobId, Network, SessionId, Timestamp, UserId},
    server::domain::{AuditEvent, BulkJob, BulkProgress, FailedTarget, JobWork},
};

/// A job to accept.
#[derive(Debug)]
pub struct NewBulkJob {
    pub job: BulkJob,
    pub users: Vec<UserId>,
    pub event: AuditEvent,
}

#[derive(sqlx::FromRow)]
pub(super) struct JobRow {
    id: JobId,
    action: String,
    maker: UserId,
    session_id: SessionId,
    network: String,
    agent: String,
    request_id: String,
    total: i64,
    succeeded: i64,
    failed: i64,
    is_refused: bool,
    cancelled_at: Option<Timestamp>,
    created_at: Timestamp,
    finished_at: Option<Timestamp>,
}

impl JobRow {
    pub(super) fn into_job(self) -> Result<(BulkJob, BulkProgress), StoreError> {
        let work = serde_json::from_str(&self.action);
        let job = BulkJob {
            id: self.id,
            work: work.map_err(|error| StoreError::Failed(sqlx::Error::Decode(error.into())))?,
            maker: self.maker,
            session: self.session_id,
            network: Network::stored(self.network),
            agent: self.agent,
            request_id: self.request_id,
            created_at: self.created_at,
        };
        let progress = BulkProgress {
            total: self.total,
            succeeded: self.succeeded,
            failed: self.failed,
            is_refused: self.is_refused,
            is_cancelled: self.cancelled_at.is_some(),
            finished_at: self.finished_at,
        };
        Ok((job, progress))
    }
}

macro_rules! select_job {
    ($rest:literal) => {
        concat!(
            "
            SELECT id, action, maker, session_id, network, agent, request_id, total, succeeded, failed, is_refused,
                   cancelled_at, created_at, finished_at
            FROM bulk_jobs ",
            $rest
        )
    };
}

impl Db {
    /// Accepts a job for these users, each once, and records how many they are with the event. `Taken` if its maker has one
    /// that is not finished.
    pub async fn insert_bulk_job(&self, new: NewBulkJob) -> Result<(), StoreError> {
        let NewBulkJob { job, mut users, mut event } = new;
        users.sort_unstable();
        users.dedup();
        let total = i64::try_from(users.len()).unwrap_or(i64::MAX);
        event.details["total"] = total.into();
        self.write_as(event.actor, event.at, move |tx| {
            Box::pin(async move {
                insert_job(tx, &job, total).await?;
                bulk_selections::insert(tx, job.id, &users).await?;
                audit::insert(tx, &event).await
            })
        })
        .await
    }

    /// Cancels a job and records how far it was: those who wait are not changed, and count as failed. `Changed` if it has
    /// ended.
    pub async fn cancel_bulk_job(&self, id: JobId, mut event: AuditEvent) -> Result<(), StoreError> {
        self.write_as(event.actor, event.at, move |tx| {
            Box::pin(async move {
                let sql = "
                    UPDATE bulk_jobs
                    SET failed = total - succeeded, cancelled_at = $2, finished_at = $2
                    WHERE id = $1 AND finished_at IS NULL
                    RETURNING total, succeeded";
                let cancelled: Option<(i64, i64)> =
                    on_tx!(tx, |conn| sqlx::query_as(sql).bind(id).bind(event.at).fetch_optional(conn))?;
                let (total, succeeded) = cancelled.ok_or(StoreError::Changed)?;
                event.details["total"] = total.into();
                event.details["succeeded"] = succeeded.into();
                import_files::cancel(tx, id).await?;
                audit::insert(tx, &event).await
            })
        })
        .await
    }

    /// Returns a job and how far it is.
    pub async fn find_bulk_job(&self, id: JobId) -> Result<Option<(BulkJob, BulkProgress)>, StoreError> {
        let sql = select_job!("WHERE id = $1");
        let row: Option<JobRow> = on_db!(self, |conn| sqlx::query_as(sql).bind(id).fetch_optional(conn))?;
        row.map(JobRow::into_job).transpose()
    }

    /// Returns the oldest job that is not finished and has its users, and how far it is.
    pub async fn next_bulk_job(&self) -> Result<Option<(BulkJob, BulkProgress)>, StoreError> {
        let sql = select_job!(
            "
            WHERE finished_at IS NULL AND NOT EXISTS (SELECT 1 FROM bulk_selections WHERE job_id = bulk_jobs.id)
            ORDER BY id
            LIMIT 1"
        );
        let row: Option<JobRow> = on_db!(self, |conn| sqlx::query_as(sql).fetch_optional(conn))?;
        row.map(JobRow::into_job).transpose()
    }

    /// Returns up to `limit` users of a job who were not changed, after this one, in order of their ids.
    pub async fn bulk_failures(
        &self,
        job: JobId,
        after: Option<UserId>,
        limit: i64,
    ) -> Result<Vec<FailedTarget>, StoreError> {
        let sql = "
            SELECT bulk_targets.user_id, COALESCE(error, 'cancelled'), email
            FROM bulk_targets
            JOIN bulk_jobs ON bulk_jobs.id = job_id
            LEFT JOIN users ON users.id = bulk_targets.user_id
            WHERE job_id = $1 AND (error IS NOT NULL OR cancelled_at IS NOT NULL) AND bulk_targets.user_id > $2
            ORDER BY bulk_targets.user_id
            LIMIT $3";
        let after = after.map(|id| id.to_string()).unwrap_or_default();
        let rows: Vec<(UserId, BulkFailure, Option<String>)> =
            on_db!(self, |conn| sqlx::query_as(sql).bind(job).bind(after).bind(limit).fetch_all(conn))?;
        Ok(rows.into_iter().map(|(id, failure, email)| FailedTarget { id, failure, email }).collect())
    }
}

/// Returns the work of a job as it is stored.
pub(super) fn encoded(work: &JobWork) -> Result<String, StoreError> {
    serde_json::to_string(work).map_err(|error| StoreError::Failed(sqlx::Error::Encode(error.into())))
}

/// Inserts a job for `total` users. `Taken` if its maker has one that is not finished.
pub(super) async fn insert_job(tx: &mut Tx, job: &BulkJob, total: i64) -> Result<(), StoreError> {
    require_only(tx, job).await?;
    let sql = "
        INSERT INTO bulk_jobs (
          id, action, maker, session_id, network, agent, request_id, total, created_at, finished_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    execute!(
        tx,
        sql,
        job.id,
        encoded(&job.work)?,
        job.maker,
        job.session,
        job.network.as_str(),
        job.agent.as_str(),
        job.request_id.as_str(),
        total,
        job.created_at,
        (total == 0).then_some(job.created_at),
    )
    .map(drop)
}

/// Returns `Taken` if the maker of a job has another one that is not finished.
pub(super) async fn require_only(tx: &mut Tx, job: &BulkJob) -> Result<(), StoreError> {
    tx.lock(&format!("jobs of {}", job.maker)).await?;
    let sql = "SELECT count(*) FROM bulk_jobs WHERE maker = $1 AND finished_at IS NULL AND id <> $2";
    let others: i64 = on_tx!(tx, |conn| sqlx::query_scalar(sql).bind(job.maker).bind(job.id).fetch_one(conn))?;
    if others == 0 { Ok(()) } else { Err(StoreError::Taken) }
}
