//! Ends all sessions of one user but one and the API keys.

use super::{
    Db, StoreError, audit,
    db::{execute, on_tx},
    revocations,
    sessions::MANY,
    sessions_of_user::EndedSession,
};
use crate::{
    model::{EndReason, SessionId, UserId},
    server::domain::AuditEvent,
};

impl Db {
    /// Ends every live session of a user but `kept` and the API keys, with one audit event that holds their number. Tokens of
    /// `kept` stay valid.
    pub async fn end_other_sessions(
        &self,
        user: UserId,
        kept: SessionId,
        reason: EndReason,
        event: AuditEvent,
    ) -> Result<Vec<EndedSession>, StoreError> {
        self.write_as(event.actor, event.at, move |tx| {
            Box::pin(async move {
                // On PostgreSQL, everything that ends or starts sessions of this user waits for this row.
                if execute!(tx, "UPDATE users SET version = version WHERE id = $1", user)? == 0 {
                    return Err(StoreError::Missing);
                }
                tx.lock(MANY).await?;
                let sql = "
                    UPDATE sessions
                    SET ended_at = $3, end_reason = $4, ended_by = $5
                    WHERE user_id = $1 AND id <> $2 AND special_kind IS NULL AND ended_at IS NULL
                    RETURNING id, user_id, access_until, end_reason";
                let ended: Vec<EndedSession> = on_tx!(tx, |conn| sqlx::query_as(sql)
                    .bind(user)
                    .bind(kept)
                    .bind(event.at)
                    .bind(reason)
                    .bind(audit::ended_by(event.actor))
                    .fetch_all(conn))?;
                revocations::insert_sessions(tx, &ended, event.at).await?;
                if !ended.is_empty() {
                    let details = serde_json::json!({ "sessions": ended.len() });
                    audit::insert(tx, &AuditEvent { details, ..event }).await?;
                }
                Ok(ended)
            })
        })
        .await
    }
}
