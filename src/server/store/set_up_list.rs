//! What the database knows of the list of what is left to set up.

use super::{
    Db, StoreError,
    db::{execute, on_db},
};
use crate::{
    model::{Timestamp, UserId},
    server::domain::SecretPurpose,
};

impl Db {
    /// Returns whether this user has dismissed the list.
    pub async fn is_set_up_list_dismissed(&self, user: UserId) -> Result<bool, StoreError> {
        let sql = "SELECT set_up_list_dismissed_at FROM users WHERE id = $1 AND set_up_list_dismissed_at IS NOT NULL";
        let at: Option<Timestamp> = on_db!(self, |conn| sqlx::query_scalar(sql).bind(user).fetch_optional(conn))?;
        Ok(at.is_some())
    }

    /// Saves that this user has dismissed the list.
    pub async fn dismiss_set_up_list(&self, user: UserId, now: Timestamp) -> Result<(), StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let sql = "UPDATE users SET set_up_list_dismissed_at = $2 WHERE id = $1";
                execute!(tx, sql, user, now).map(drop)
            })
        })
        .await
    }

    /// Returns whether there is a second user, or someone was invited.
    pub async fn has_others(&self) -> Result<bool, StoreError> {
        // A row of each is enough: there may be millions of users.
        let sql = "
            SELECT (SELECT count(*) FROM (SELECT id FROM users LIMIT 2) AS some_users)
                 + (SELECT count(*) FROM (SELECT id FROM one_time_secrets WHERE purpose = $1 LIMIT 1) AS invited)";
        let count: i64 = on_db!(self, |conn| sqlx::query_scalar(sql).bind(SecretPurpose::Invite).fetch_one(conn))?;
        Ok(count > 1)
    }
}
