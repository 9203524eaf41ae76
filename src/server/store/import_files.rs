//! Files of users to import, each kept with its job.

use super::{
    Db, NewUser, StoreError, audit,
    authority::{Held, Power},
    bulk_jobs,
    db::{Tx, execute, on_db},
    users,
};
use crate::{
    model::{BadLine, ImportStep, JobId, Timestamp},
    server::domain::{AuditEvent, BulkJob, FileImport, JobWork},
};

/// How many lines of a job are reported. Those beyond are only counted.
const REPORTED: i64 = 1000;

/// The result of one line.
enum Tried {
    Created,
    Failed { is_refused: bool },
}

impl Db {
    /// Accepts a job that checks a file of `total` users. Actor and time are those of the request. `Taken` if its maker
    /// has a job that is not finished.
    pub async fn insert_import(
        &self,
        job: BulkJob,
        content: Vec<u8>,
        total: i64,
        event: AuditEvent,
    ) -> Result<(), StoreError> {
        self.write_as(event.actor, event.at, move |tx| {
            Box::pin(async move {
                bulk_jobs::insert_job(tx, &job, total).await?;
                let sql = "INSERT INTO import_files (job_id, content) VALUES ($1, $2)";
                execute!(tx, sql, job.id, content.as_slice())?;
                audit::insert(tx, &event).await
            })
        })
        .await
    }

    /// Returns the file of a job; `None` if it is no longer kept.
    pub async fn find_import(&self, job: JobId) -> Result<Option<Vec<u8>>, StoreError> {
        let sql = "SELECT content FROM import_files WHERE job_id = $1";
        on_db!(self, |conn| sqlx::query_scalar(sql).bind(job).fetch_optional(conn))
    }

    /// Returns whether the file of a job is kept.
    pub async fn has_import(&self, job: JobId) -> Result<bool, StoreError> {
        let sql = "SELECT count(*) FROM import_files WHERE job_id = $1";
        let found: i64 = on_db!(self, |conn| sqlx::query_scalar(sql).bind(job).fetch_one(conn))?;
        Ok(found > 0)
    }

    /// Records what an import would do, and finishes the job.
    pub async fn finish_check(
        &self,
        job: JobId,
        good: i64,
        bad: Vec<BadLine>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let failed = i64::try_from(bad.len()).unwrap_or(i64::MAX);
                let sql = "
                    UPDATE bulk_jobs
                    SET total = $2, succeeded = $3, failed = $4, finished_at = $5
                    WHERE id = $1 AND finished_at IS NULL";
                if execute!(tx, sql, job, good + failed, good, failed, now)? == 0 {
                    return Ok(());
                }
                for BadLine { line, error } in bad.iter().take(usize::try_from(REPORTED).unwrap_or(0)) {
                    let sql = "INSERT INTO import_errors (job_id, line, error) VALUES ($1, $2, $3)";
                    execute!(tx, sql, job, *line, error.as_str())?;
                }
                Ok(())
            })
        })
        .await
    }

    /// Lets a job that has checked its file import it, on behalf of the request that this `job` describes. Returns whether
    /// it does: it does not if the file is no longer kept, or was imported already. `Taken` if its maker has another job
    /// that is not finished.
    pub async fn start_import(&self, job: BulkJob, mut event: AuditEvent) -> Result<bool, StoreError> {
        self.write_as(event.actor, event.at, move |tx| {
            Box::pin(async move {
                let JobWork::Import(FileImport { format, .. }) = job.work else { return Ok(false) };
                let work = |step| bulk_jobs::encoded(&JobWork::Import(FileImport { step, format }));
                let (checked, next) = (work(ImportStep::Check)?, work(ImportStep::Insert)?);
                let sql = "
                    UPDATE bulk_jobs
                    SET action = $3, session_id = $4, network = $5, agent = $6, request_id = $7,
                        succeeded = 0, failed = 0, finished_at = NULL
                    WHERE id = $1 AND action = $2 AND finished_at IS NOT NULL AND cancelled_at IS NULL
                      AND EXISTS (SELECT 1 FROM import_files WHERE job_id = $1)";
                let (network, agent) = (job.network.as_str(), job.agent.as_str());
                let started =
                    execute!(tx, sql, job.id, checked, next, job.session, network, agent, job.request_id.as_str())?;
                if started == 0 {
                    return Ok(false);
                }
                bulk_jobs::require_only(tx, &job).await?;
                execute!(tx, "DELETE FROM import_errors WHERE job_id = $1", job.id)?;
                event.details["job"] = job.id.to_string().into();
                audit::insert(tx, &event).await?;
                Ok(true)
            })
        })
        .await
    }

    /// Creates the user of the record with this number for the maker of an import, in the transaction that counts it. Does
    /// nothing if that has happened already. `Revoked` if the maker may no longer do this, `BeyondActor` if the user would
    /// get a permission that they lack.
    pub async fn import_user(
        &self,
        job: BulkJob,
        number: i64,
        user: NewUser,
        event: AuditEvent,
    ) -> Result<(), StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let now = event.at;
                if !count(tx, job.id, number, Tried::Created, now).await? {
                    return Ok(());
                }
                let power = Power::of_maker(tx, &job, now).await?;
                users::insert(tx, &user, now).await?;
                power.check_given(tx, user.id, &Held::new()).await?;
                audit::insert(tx, &event).await
            })
        })
        .await
    }

    /// Records why the record with this number was not imported. `is_refused` if the maker may no longer do this.
    pub async fn fail_import(
        &self,
        job: JobId,
        number: i64,
        bad: BadLine,
        is_refused: bool,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                if !count(tx, job, number, Tried::Failed { is_refused }, now).await? {
                    return Ok(());
                }
                let sql = "
                    INSERT INTO import_errors (job_id, line, error)
                    SELECT id, $2, $3 FROM bulk_jobs WHERE id = $1 AND failed <= $4";
                execute!(tx, sql, job, bad.line, bad.error.as_str(), REPORTED).map(drop)
            })
        })
        .await
    }

    /// Returns up to `limit` reported lines after this one.
    pub async fn bad_lines(&self, job: JobId, after: i64, limit: i64) -> Result<Vec<BadLine>, StoreError> {
        let sql = "SELECT line, error FROM import_errors WHERE job_id = $1 AND line > $2 ORDER BY line LIMIT $3";
        let rows: Vec<(i64, String)> =
            on_db!(self, |conn| sqlx::query_as(sql).bind(job).bind(after).bind(limit).fetch_all(conn))?;
        Ok(rows.into_iter().map(|(line, error)| BadLine { line, error }).collect())
    }
}

/// Reports that the lines of a job which has a file were not imported, but those before.
pub(super) async fn cancel(tx: &mut Tx, job: JobId) -> Result<(), StoreError> {
    let sql = "
        INSERT INTO import_errors (job_id, line, error)
        SELECT job_id, 0, $2 FROM import_files WHERE job_id = $1
        ON CONFLICT (job_id, line) DO NOTHING";
    execute!(tx, sql, job, "the job was cancelled: lines that it had not reached were not imported").map(drop)
}

/// Counts the record with this number as tried; returns false if it was already. The last one finishes the job.
async fn count(tx: &mut Tx, job: JobId, number: i64, tried: Tried, now: Timestamp) -> Result<bool, StoreError> {
    let sql = "
        UPDATE bulk_jobs
        SET succeeded = succeeded + $3, failed = failed + $4, is_refused = (is_refused OR $5),
            finished_at = CASE WHEN succeeded + failed + 1 >= total THEN $6 END
        WHERE id = $1 AND succeeded + failed = $2 AND finished_at IS NULL";
    let (failed, is_refused) = match tried {
        Tried::Created => (0, false),
        Tried::Failed { is_refused } => (1, is_refused),
    };
    Ok(execute!(tx, sql, job, number, 1 - failed, failed, is_refused, now)? > 0)
}
