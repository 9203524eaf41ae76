//! The users of big jobs, who are added to their job in pieces, so that no other write waits for all of them.

use super::{
    Db, StoreError,
    db::{Tx, execute, on_db, on_tx},
    user_list::{groups_to_the_end, push_filter},
};
use crate::{
    model::{JobId, Timestamp, UserId},
    server::domain::UserFilter,
};
use sqlx::QueryBuilder;

/// How many users are added together. A job for no more has them from the start.
pub const TOGETHER: usize = 500;

/// The users who are still to be added to a job.
#[derive(Debug)]
pub struct BulkSelection {
    pub job: JobId,
    /// How many were added before them.
    pub added: i64,
    pub rest: Vec<UserId>,
}

impl Db {
    /// Returns the users who match, at most `limit`.
    pub async fn matching_users(
        &self,
        filter: &UserFilter,
        now: Timestamp,
        limit: i64,
    ) -> Result<Vec<UserId>, StoreError> {
        on_db!(self, |conn| async {
            let mut query = QueryBuilder::new("SELECT id FROM users WHERE TRUE");
            push_filter(&mut query, filter, &groups_to_the_end(filter), now);
            query.push(" LIMIT ").push_bind(limit);
            query.build_query_scalar().fetch_all(conn).await
        })
    }

    /// Returns what is still to be added to the oldest job that waits for its users.
    pub async fn next_bulk_selection(&self) -> Result<Option<BulkSelection>, StoreError> {
        let sql = "SELECT job_id, added, user_ids FROM bulk_selections ORDER BY job_id LIMIT 1";
        let row: Option<(JobId, i64, String)> = on_db!(self, |conn| sqlx::query_as(sql).fetch_optional(conn))?;
        Ok(row.map(|(job, added, ids)| {
            let first = usize::try_from(added).unwrap_or(usize::MAX);
            BulkSelection { job, added, rest: ids.split(' ').skip(first).filter_map(|id| id.parse().ok()).collect() }
        }))
    }

    /// Adds the next users of a selection to their job, after the `added` ones; the job starts with the last of them.
    /// Returns whether it did: it does not if another node was first.
    pub async fn add_bulk_targets(&self, selection: &BulkSelection) -> Result<bool, StoreError> {
        let &BulkSelection { job, added, ref rest } = selection;
        let piece: Vec<UserId> = rest.iter().take(TOGETHER).copied().collect();
        let is_last = piece.len() == rest.len();
        self.write(move |tx| {
            Box::pin(async move {
                let sql = "UPDATE bulk_selections SET added = added + $3 WHERE job_id = $1 AND added = $2";
                let count = i64::try_from(piece.len()).unwrap_or(i64::MAX);
                if execute!(tx, sql, job, added, count)? == 0 {
                    return Ok(false);
                }
                insert_targets(tx, job, &piece).await?;
                if is_last {
                    execute!(tx, "DELETE FROM bulk_selections WHERE job_id = $1", job)?;
                }
                Ok(true)
            })
        })
        .await
    }
}

/// Gives a new job its users, or keeps them to be added in pieces.
pub(super) async fn insert(tx: &mut Tx, job: JobId, users: &[UserId]) -> Result<(), StoreError> {
    if users.len() <= TOGETHER {
        return insert_targets(tx, job, users).await;
    }
    let ids: Vec<String> = users.iter().map(ToString::to_string).collect();
    execute!(tx, "INSERT INTO bulk_selections (job_id, user_ids) VALUES ($1, $2)", job, ids.join(" ")).map(drop)
}

async fn insert_targets(tx: &mut Tx, job: JobId, users: &[UserId]) -> Result<(), StoreError> {
    if users.is_empty() {
        return Ok(());
    }
    on_tx!(tx, |conn| {
        let mut query = QueryBuilder::new("INSERT INTO bulk_targets (job_id, user_id) ");
        query.push_values(users, |mut row, user| {
            row.push_bind(job).push_bind(*user);
        });
        async move { query.build().execute(conn).await.map(drop) }
    })
}
