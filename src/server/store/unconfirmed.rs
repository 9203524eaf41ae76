//! Self-registered accounts whose address was never confirmed.

use super::{
    Db, StoreError,
    db::{Tx, execute, on_tx},
    erasures,
    sweep::{Paced, Piece},
};
use crate::model::{Timestamp, UserId};

/// Marks an account as unconfirmed. Any later change removes the mark.
pub(super) async fn mark(tx: &mut Tx, user: UserId, now: Timestamp) -> Result<(), StoreError> {
    execute!(tx, "UPDATE users SET unconfirmed_since = $2 WHERE id = $1", user, now).map(drop)
}

impl Db {
    /// Deletes accounts that have been unconfirmed since before `since`; their audit events expire. Keeps an account with a mailed link that still works at `now`, and one that an administrator has changed.
    pub(super) async fn delete_unconfirmed(&self, since: Timestamp, now: Timestamp) -> Result<u64, StoreError> {
        let mut pace = Paced::default();
        let mut count = 0;
        loop {
            let limit = pace.rows();
            let piece = self
                .write(move |tx| Box::pin(async move { Piece::timed(delete(tx, since, now, limit)).await }))
                .await?;
            count += piece.rows;
            if pace.is_last(piece).await {
                return Ok(count);
            }
        }
    }
}

/// PostgreSQL checks the outer conditions again if the address is confirmed concurrently.
async fn delete(tx: &mut Tx, since: Timestamp, now: Timestamp, limit: i64) -> Result<u64, StoreError> {
    let sql = "
        DELETE FROM users
        WHERE unconfirmed_since IS NOT NULL AND email_verified_at IS NULL AND last_sign_in_at IS NULL
          AND status = 'active' AND id IN (
            SELECT id FROM users
            WHERE unconfirmed_since <= $1 AND email_verified_at IS NULL AND last_sign_in_at IS NULL
              AND status = 'active'
              AND NOT EXISTS (SELECT 1 FROM user_roles WHERE user_id = users.id AND role <> 'user')
              AND NOT EXISTS (
                SELECT 1 FROM one_time_secrets
                WHERE purpose IN ('verify_email', 'reset_password') AND subject = users.id AND used_at IS NULL
                  AND expires_at > $2)
            LIMIT $3)
        RETURNING id";
    let gone: Vec<UserId> =
        on_tx!(tx, |conn| sqlx::query_scalar(sql).bind(since).bind(now).bind(limit).fetch_all(conn))?;
    for id in &gone {
        erasures::remember(tx, *id, now, false).await?;
    }
    Ok(gone.len() as u64)
}
