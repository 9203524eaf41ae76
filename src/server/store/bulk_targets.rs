//! The users of a job. Each is changed in the transaction that takes them off the job.

use super::{
    Db, EndedSession, EndingOf, NewMail, OwnerReset, StoreError, UserUpdate, accounts, attempts, audit,
    authority::Power,
    db::{Tx, execute, on_db},
    monitored, user_changes, users,
};
use crate::{
    model::{BulkFailure, JobId, Timestamp, UserId},
    server::domain::{AuditEvent, BulkJob},
};
use std::time::Duration;

/// What is done to one user.
#[derive(Debug)]
pub enum BulkStep {
    Change(UserUpdate),
    /// Removes the locks on these names.
    Unlock {
        names: Vec<String>,
        notice: NewMail,
        event: AuditEvent,
    },
    EndSessions(AuditEvent),
    SendReset(OwnerReset),
}

impl Db {
    /// Returns up to `limit` users whom a job has still to change. Its maker comes last, who may not be allowed to go on
    /// after that.
    pub async fn waiting_bulk_targets(&self, job: &BulkJob, limit: i64) -> Result<Vec<UserId>, StoreError> {
        let sql = "
            SELECT user_id
            FROM bulk_targets
            WHERE job_id = $1 AND error IS NULL AND user_id <> $2
            ORDER BY user_id
            LIMIT $3";
        let others: Vec<UserId> =
            on_db!(self, |conn| sqlx::query_scalar(sql).bind(job.id).bind(job.maker).bind(limit).fetch_all(conn))?;
        if !others.is_empty() {
            return Ok(others);
        }
        let sql = "SELECT user_id FROM bulk_targets WHERE job_id = $1 AND error IS NULL AND user_id = $2";
        on_db!(self, |conn| sqlx::query_scalar(sql).bind(job.id).bind(job.maker).fetch_all(conn))
    }

    /// Changes one user of a job for its maker, and takes the user off the job, in one transaction. Does nothing if
    /// that has happened already, or the job has ended. Returns the sessions that ended. `Revoked` if the maker may no longer do this; other
    /// errors as from [`Db::change_user`].
    pub async fn do_bulk_step(
        &self,
        job: BulkJob,
        user: UserId,
        step: BulkStep,
        longest: Duration,
        now: Timestamp,
    ) -> Result<Vec<EndedSession>, StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                if !count(tx, job.id, None, now).await? {
                    return Ok(Vec::new());
                }
                let sql = "DELETE FROM bulk_targets WHERE job_id = $1 AND user_id = $2 AND error IS NULL";
                if execute!(tx, sql, job.id, user)? == 0 {
                    return Err(StoreError::Changed);
                }
                let power = Power::of_maker(tx, &job, now).await?;
                take(tx, &power, user, step, longest).await
            })
        })
        .await
        .or_else(unless_done)
    }

    /// Records why one user of a job was not changed. Does nothing if the job has ended.
    pub async fn fail_bulk_target(
        &self,
        job: JobId,
        user: UserId,
        failure: BulkFailure,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                if !count(tx, job, Some(failure), now).await? {
                    return Ok(());
                }
                let sql = "UPDATE bulk_targets SET error = $3 WHERE job_id = $1 AND user_id = $2 AND error IS NULL";
                if execute!(tx, sql, job, user, failure)? == 0 { Err(StoreError::Changed) } else { Ok(()) }
            })
        })
        .await
        .or_else(unless_done)
    }
}

async fn take(
    tx: &mut Tx,
    power: &Power,
    user: UserId,
    step: BulkStep,
    longest: Duration,
) -> Result<Vec<EndedSession>, StoreError> {
    match step {
        BulkStep::Change(update) => Ok(user_changes::change_within(tx, power, update, longest).await?.1),
        BulkStep::Unlock { names, notice, event } => {
            attempts::open_within(tx, power, &names, Some(notice), event).await?;
            Ok(Vec::new())
        }
        BulkStep::EndSessions(event) => {
            users::find(tx, user).await?;
            audit::insert(tx, &event).await?;
            let ended = monitored::end_some(tx, EndingOf::User(user), i64::MAX, event.actor, event.at).await?;
            Ok(ended.unwrap_or_default())
        }
        BulkStep::SendReset(reset) => {
            accounts::send_reset_within(tx, power, reset).await?;
            Ok(Vec::new())
        }
    }
}

/// Ignores that another node has done the step. It is an error, so that the count is undone.
fn unless_done<T: Default>(error: StoreError) -> Result<T, StoreError> {
    if matches!(error, StoreError::Changed) { Ok(T::default()) } else { Err(error) }
}

/// Counts one user as tried; returns false if the job has ended, which no one can do until this is kept. The last user
/// finishes the job.
async fn count(tx: &mut Tx, job: JobId, failure: Option<BulkFailure>, now: Timestamp) -> Result<bool, StoreError> {
    let sql = "
        UPDATE bulk_jobs
        SET succeeded = succeeded + $2, failed = failed + $3, is_refused = (is_refused OR $4),
            finished_at = CASE WHEN succeeded + failed + 1 >= total THEN $5 END
        WHERE id = $1 AND finished_at IS NULL";
    let failed = i64::from(failure.is_some());
    let is_refused = failure == Some(BulkFailure::NoLongerAllowed);
    Ok(execute!(tx, sql, job, 1 - failed, failed, is_refused, now)? > 0)
}
