//! Jobs that change many users.

use super::{
    Db, StoreError, audit,
    db::{Tx, execute, on_db, on_tx},
    user_list::{groups_to_the_end, push_filter},
};
use crate::{
    model::{BulkFailure, JobId, Network, SessionId, Timestamp, UserId},
    server::domain::{AuditEvent, BulkJob, BulkProgress, BulkTargets, FailedTarget, JobWork, UserFilter},
};
use sqlx::QueryBuilder;

/// How many users are inserted by one statement.
const TOGETHER: usize = 500;

/// A job to accept.
#[derive(Debug)]
pub struct NewBulkJob {
    pub job: BulkJob,
    pub targets: BulkTargets,
    /// The most users that it may have.
    pub at_most: i64,
    /// A user whom it may not have.
    pub but: Option<UserId>,
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
                   created_at, finished_at
            FROM bulk_jobs ",
            $rest
        )
    };
}

impl Db {
    /// Accepts a job for the users that are meant at this moment, and records how many they are with the event.
    /// `Changed` if they are more than `at_most`, `Forbidden` if the user is among them who may not be.
    pub async fn insert_bulk_job(&self, new: NewBulkJob) -> Result<(), StoreError> {
        let (actor, now) = (new.event.actor, new.event.at);
        self.write_as(actor, now, move |tx| {
            Box::pin(async move {
                let NewBulkJob { job, targets, at_most, but, mut event } = new;
                insert_job(tx, &job).await?;
                let total = match targets {
                    BulkTargets::These(users) => insert_these(tx, job.id, users).await?,
                    BulkTargets::Matching(filter) => insert_matching(tx, job.id, filter, at_most, now).await?,
                };
                let total = i64::try_from(total).unwrap_or(i64::MAX);
                if total > at_most {
                    return Err(StoreError::Changed);
                }
                if let Some(but) = but
                    && is_target(tx, job.id, but).await?
                {
                    return Err(StoreError::Forbidden);
                }
                let sql = "UPDATE bulk_jobs SET total = $2, finished_at = $3 WHERE id = $1";
                execute!(tx, sql, job.id, total, (total == 0).then_some(now))?;
                event.details["total"] = total.into();
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

    /// Returns the oldest job that is not finished, and how far it is.
    pub async fn next_bulk_job(&self) -> Result<Option<(BulkJob, BulkProgress)>, StoreError> {
        let sql = select_job!("WHERE finished_at IS NULL ORDER BY id LIMIT 1");
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
            SELECT bulk_targets.user_id, error, email
            FROM bulk_targets
            LEFT JOIN users ON users.id = bulk_targets.user_id
            WHERE job_id = $1 AND error IS NOT NULL AND bulk_targets.user_id > $2
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

pub(super) async fn insert_job(tx: &mut Tx, job: &BulkJob) -> Result<(), StoreError> {
    let sql = "
        INSERT INTO bulk_jobs (id, action, maker, session_id, network, agent, request_id, total, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8)";
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
        job.created_at,
    )
    .map(drop)
}

/// Adds these users to a job, each once. Returns how many they are.
async fn insert_these(tx: &mut Tx, job: JobId, mut users: Vec<UserId>) -> Result<u64, StoreError> {
    users.sort_unstable();
    users.dedup();
    for part in users.chunks(TOGETHER) {
        on_tx!(tx, |conn| {
            let mut query = QueryBuilder::new("INSERT INTO bulk_targets (job_id, user_id) ");
            query.push_values(part, |mut row, user| {
                row.push_bind(job).push_bind(*user);
            });
            async move { query.build().execute(conn).await.map(drop) }
        })?;
    }
    Ok(users.len() as u64)
}

/// Adds the users who match, at most one more than `at_most`. Returns how many were added.
async fn insert_matching(
    tx: &mut Tx,
    job: JobId,
    filter: UserFilter,
    at_most: i64,
    now: Timestamp,
) -> Result<u64, StoreError> {
    on_tx!(tx, |conn| {
        let mut query = QueryBuilder::new("INSERT INTO bulk_targets (job_id, user_id) SELECT ");
        query.push_bind(job).push(", id FROM users WHERE TRUE");
        push_filter(&mut query, &filter, &groups_to_the_end(&filter), now);
        query.push(" LIMIT ").push_bind(at_most.saturating_add(1));
        async move { query.build().execute(conn).await.map(|done| done.rows_affected()) }
    })
}

async fn is_target(tx: &mut Tx, job: JobId, user: UserId) -> Result<bool, StoreError> {
    let sql = "SELECT count(*) FROM bulk_targets WHERE job_id = $1 AND user_id = $2";
    let found: i64 = on_tx!(tx, |conn| sqlx::query_scalar(sql).bind(job).bind(user).fetch_one(conn))?;
    Ok(found > 0)
}
