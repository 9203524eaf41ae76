//! Bulk import of users.

use super::{Db, NewUser, StoreError, audit, db::on_db, users};
use crate::{
    model::{Timestamp, UserId},
    server::domain::AuditEvent,
};

/// The names of an existing user, which no other user may have.
#[derive(sqlx::FromRow)]
pub struct TakenNames {
    pub id: UserId,
    pub email_normalized: String,
    pub username_normalized: Option<String>,
}

impl Db {
    /// Returns the names of up to `limit` users after `after`, in order of creation.
    pub async fn list_taken_names(&self, after: Option<UserId>, limit: i64) -> Result<Vec<TakenNames>, StoreError> {
        let sql = "SELECT id, email_normalized, username_normalized FROM users WHERE id > $1 ORDER BY id LIMIT $2";
        let after = after.map(|id| id.to_string()).unwrap_or_default();
        on_db!(self, |conn| sqlx::query_as(sql).bind(after).bind(limit).fetch_all(conn))
    }

    /// Creates all of these users, or none.
    pub async fn insert_users<I>(&self, users: I, now: Timestamp) -> Result<(), StoreError>
    where
        I: Iterator<Item = (NewUser, AuditEvent)> + Send + 'static,
    {
        self.write_at_length(move |tx| {
            Box::pin(async move {
                for (user, event) in users {
                    users::insert(tx, &user, now).await?;
                    audit::insert(tx, &event).await?;
                }
                Ok(())
            })
        })
        .await
    }
}
