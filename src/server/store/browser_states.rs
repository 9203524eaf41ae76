//! Short-lived state of browsers that are not signed in, as tower-sessions stores it.

use super::{
    Db, StoreError,
    db::{execute, on_db},
};
use crate::model::Timestamp;

/// How many such states are kept. The limit is needed because anyone can create one.
const MOST: i64 = 10_000;

impl Db {
    /// Saves a browser's state under `id`, replacing the former one.
    pub async fn put_browser_state(
        &self,
        id: String,
        content: String,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let sql = "
                    INSERT INTO browser_states (id, content, expires_at)
                    VALUES ($1, $2, $3)
                    ON CONFLICT (id) DO UPDATE
                    SET content = excluded.content, expires_at = excluded.expires_at";
                execute!(tx, sql, id.as_str(), content.as_str(), expires_at).map(drop)
            })
        })
        .await
    }

    /// Returns the state under `id`, if it has not expired.
    pub async fn find_browser_state(&self, id: &str, now: Timestamp) -> Result<Option<String>, StoreError> {
        let sql = "SELECT content FROM browser_states WHERE id = $1 AND expires_at > $2";
        on_db!(self, |conn| sqlx::query_scalar(sql).bind(id).bind(now).fetch_optional(conn))
    }

    /// Deletes the states beyond the limit, those that expire first.
    pub async fn trim_browser_states(&self) -> Result<(), StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let sql = "
                    DELETE FROM browser_states
                    WHERE id IN (
                      SELECT id FROM browser_states ORDER BY expires_at DESC, id LIMIT $1 OFFSET $1)";
                execute!(tx, sql, MOST).map(drop)
            })
        })
        .await
    }

    /// Deletes the state under `id`.
    pub async fn delete_browser_state(&self, id: String) -> Result<(), StoreError> {
        self.write(move |tx| {
            Box::pin(async move { execute!(tx, "DELETE FROM browser_states WHERE id = $1", id).map(drop) })
        })
        .await
    }
}
