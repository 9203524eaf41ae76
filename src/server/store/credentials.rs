//! Password hashes, stored apart from users.

use super::{
    Db, StoreError,
    db::{execute, on_db},
};
use crate::model::{Timestamp, UserId};
use std::fmt;

/// What a password is checked against.
#[derive(Clone, sqlx::FromRow)]
pub struct Credentials {
    /// A PHC string, or an imported hash.
    pub hash: String,
    /// Incremented with each change of the password.
    pub epoch: i64,
}

impl Credentials {
    /// Returns whether any password can be correct. None is after the unconfirmed address was registered again
    /// with another password.
    pub fn has_hash(&self) -> bool {
        !self.hash.is_empty()
    }
}

/// Returns the epoch that links are bound to; 0 if there is no password.
pub fn epoch_of(credentials: Option<&Credentials>) -> i64 {
    credentials.map_or(0, |credentials| credentials.epoch)
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("epoch", &self.epoch).finish_non_exhaustive()
    }
}

impl Db {
    /// Returns the credentials of this user; `None` if the user has no password.
    pub async fn find_credentials(&self, user: UserId) -> Result<Option<Credentials>, StoreError> {
        let sql = "SELECT hash, epoch FROM passwords WHERE user_id = $1";
        on_db!(self, |conn| sqlx::query_as(sql).bind(user).fetch_optional(conn))
    }

    /// Replaces the hash by a stronger one of the same password, unless the password has changed meanwhile.
    pub async fn rehash(&self, user: UserId, epoch: i64, hash: String, now: Timestamp) -> Result<(), StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let sql = "UPDATE passwords SET hash = $3, changed_at = $4 WHERE user_id = $1 AND epoch = $2";
                execute!(tx, sql, user, epoch, hash.as_str(), now).map(drop)
            })
        })
        .await
    }
}
