//! Takes deleted users out of the audit log.

use super::{
    Db, StoreError,
    audit_chain::{CHAIN, ChainRow, select_chain},
    db::{Tx, execute, on_db},
};
use crate::{
    model::{AuditId, Timestamp, UserId},
    server::domain::{ChainEvent, Trace},
};

/// Remembers a user who is being deleted.
pub(super) async fn remember(tx: &mut Tx, user: UserId, now: Timestamp, was_confirmed: bool) -> Result<(), StoreError> {
    let sql = "
        INSERT INTO deleted_users (user_id, deleted_at, was_confirmed)
        VALUES ($1, $2, $3)
        ON CONFLICT (user_id) DO NOTHING";
    execute!(tx, sql, user, now, was_confirmed).map(drop)
}

impl Db {
    /// Returns the first user of whom the log still tells, although deleted before `before` or never confirmed.
    pub async fn due_erasure(&self, before: Timestamp) -> Result<Option<UserId>, StoreError> {
        let sql = "
            SELECT user_id FROM deleted_users
            WHERE deleted_at < $1 OR NOT was_confirmed
            ORDER BY deleted_at
            LIMIT 1";
        on_db!(self, |conn| sqlx::query_scalar(sql).bind(before).fetch_optional(conn))
    }

    /// Returns up to `limit` sealed events after `after` that a user has caused or that are about the user.
    pub async fn traces(&self, user: UserId, after: AuditId, limit: i64) -> Result<Vec<Trace>, StoreError> {
        let sql = select_chain!(
            "WHERE id IN (
               SELECT id FROM (
                 SELECT id FROM audit WHERE actor_id = $1 AND id > $2
                 UNION
                 SELECT id FROM audit WHERE subject_id = $1 AND id > $2
               ) AS traces
               ORDER BY id
               LIMIT $3
             )
               AND sequence IS NOT NULL
             ORDER BY id"
        );
        let rows: Vec<ChainRow> =
            on_db!(self, |conn| sqlx::query_as(sql).bind(user).bind(after).bind(limit).fetch_all(conn))?;
        Ok(rows.into_iter().map(|row| Trace { rest: row.clone().without(user).into(), event: row.into() }).collect())
    }

    /// Replaces the details of sealed events by what is left of them, each with the audit key's signature of that.
    pub async fn erase_details(&self, signed: Vec<(ChainEvent, String)>) -> Result<(), StoreError> {
        let sql = "
            UPDATE audit
            SET actor_name = $2, target_name = $3, session_id = $4, network = $5, agent = $6, details = $7, salt = NULL,
                erasure = $8
            WHERE id = $1";
        self.write(move |tx| {
            Box::pin(async move {
                tx.lock(CHAIN).await?;
                for (event, signature) in &signed {
                    let details = event.details.each_ref().map(Option::as_deref);
                    let [actor_name, target_name, session_id, network, agent, values] = details;
                    let signature = signature.as_str();
                    execute!(
                        tx,
                        sql,
                        event.id,
                        actor_name,
                        target_name,
                        session_id,
                        network,
                        agent,
                        values,
                        signature
                    )?;
                }
                Ok(())
            })
        })
        .await
    }

    /// Forgets a user of whom the log no longer tells.
    pub async fn finish_erasure(&self, user: UserId) -> Result<(), StoreError> {
        self.write(move |tx| {
            Box::pin(async move { execute!(tx, "DELETE FROM deleted_users WHERE user_id = $1", user).map(drop) })
        })
        .await
    }
}
