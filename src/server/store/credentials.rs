//! Password hashes, apart from users.

use super::{
    Db, StoreError,
    db::{execute, on_db},
};
use crate::model::{Timestamp, UserId};
use std::fmt;

/// What a password is checked against.
#[derive(Clone, sqlx::FromRow)]
pub struct Credentials {
    /// A PHC string, or what was imported.
    pub hash: String,
    /// Raised by each change of the password.
    pub epoch: i64,
}

impl Credentials {
    /// Whether any password is right: none is after somebody else registered the address, too.
    pub fn has_hash(&self) -> bool {
        !self.hash.is_empty()
    }
}

/// The epoch that links are bound to; a password that is not there has 0.
pub fn epoch_of(credentials: Option<&Credentials>) -> i64 {
    credentials.map_or(0, |credentials| credentials.epoch)
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("epoch", &self.epoch).finish_non_exhaustive()
    }
}

impl Db {
    /// What this user's password is checked against; none if the user has no password.
    pub async fn find_credentials(&self, user: UserId) -> Result<Option<Credentials>, StoreError> {
        let sql = "SELECT hash, epoch FROM passwords WHERE user_id = $1";
        on_db!(self, |conn| sqlx::query_as(sql).bind(user).fetch_optional(conn))
    }

    /// Puts the same password's better hash in place, unless it was changed meanwhile.
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
