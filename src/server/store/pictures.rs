//! The table of profile pictures.

use super::{
    Db, StoreError, audit,
    db::{execute, on_db},
};
use crate::{
    model::UserId,
    server::domain::{AuditEvent, Picture},
};

impl Db {
    /// Returns the picture of a user.
    pub async fn find_picture(&self, user: UserId) -> Result<Option<Picture>, StoreError> {
        let sql = "SELECT version, content FROM pictures WHERE user_id = $1";
        let row: Option<(String, Vec<u8>)> = on_db!(self, |conn| sqlx::query_as(sql).bind(user).fetch_optional(conn))?;
        Ok(row.map(|(version, content)| Picture { version, content }))
    }

    /// Sets the picture of a user. `Missing` if there is no such user.
    pub async fn set_picture(&self, user: UserId, picture: Picture, event: AuditEvent) -> Result<(), StoreError> {
        self.write_as(event.actor, event.at, move |tx| {
            Box::pin(async move {
                let sql = "
                    INSERT INTO pictures (user_id, version, content)
                    VALUES ($1, $2, $3)
                    ON CONFLICT (user_id) DO UPDATE
                    SET version = excluded.version, content = excluded.content";
                execute!(tx, sql, user, picture.version.as_str(), picture.content.as_slice())?;
                audit::insert(tx, &event).await
            })
        })
        .await
    }

    /// Deletes the picture of a user. Returns whether there was one.
    pub async fn delete_picture(&self, user: UserId, event: AuditEvent) -> Result<bool, StoreError> {
        self.write_as(event.actor, event.at, move |tx| {
            Box::pin(async move {
                let deleted = execute!(tx, "DELETE FROM pictures WHERE user_id = $1", user)?;
                if deleted > 0 {
                    audit::insert(tx, &event).await?;
                }
                Ok(deleted > 0)
            })
        })
        .await
    }
}
