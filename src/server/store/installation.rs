//! The key that this database belongs to.

use super::{
    Db, StoreError,
    db::{execute, on_db},
};
use crate::model::Timestamp;

impl Db {
    /// Returns the fingerprint of the key that this database belongs to; `None` before the first start.
    pub async fn key_fingerprint(&self) -> Result<Option<String>, StoreError> {
        let sql = "SELECT key_fingerprint FROM installation WHERE id = 1";
        on_db!(self, |conn| sqlx::query_scalar(sql).fetch_optional(conn))
    }

    /// Saves which key this database belongs to from now on.
    pub async fn set_key_fingerprint(&self, fingerprint: String, now: Timestamp) -> Result<(), StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let sql = "
                    INSERT INTO installation (id, key_fingerprint, created_at)
                    VALUES (1, $1, $2)
                    ON CONFLICT (id) DO UPDATE SET key_fingerprint = excluded.key_fingerprint";
                execute!(tx, sql, fingerprint, now).map(drop)
            })
        })
        .await
    }
}
