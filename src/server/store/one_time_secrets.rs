//! Secrets that work once. Only digests are here.

use super::{
    Db, StoreError,
    db::{Tx, execute, on_db},
};
use crate::model::{SecretId, Timestamp};

/// What a one-time secret is for; it is good for nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Making the first administrator.
    SetUp,
}

impl Purpose {
    fn as_str(self) -> &'static str {
        match self {
            Self::SetUp => "set_up",
        }
    }
}

/// A one-time secret to be remembered.
#[derive(Debug, Clone)]
pub struct NewSecret {
    pub id: SecretId,
    pub purpose: Purpose,
    /// Whom or what it is for; the newest of a subject kills the older ones.
    pub subject: String,
    pub digest: String,
    pub expires_at: Timestamp,
}

impl Db {
    /// Remembers a secret; older ones of the same purpose and subject are dead.
    pub async fn insert_secret(&self, secret: NewSecret, now: Timestamp) -> Result<(), StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let sql = "DELETE FROM one_time_secrets WHERE purpose = $1 AND subject = $2 AND used_at IS NULL";
                execute!(tx, sql, secret.purpose.as_str(), secret.subject.as_str())?;
                let sql = "
                    INSERT INTO one_time_secrets (id, purpose, subject, digest, created_at, expires_at)
                    VALUES ($1, $2, $3, $4, $5, $6)";
                execute!(
                    tx,
                    sql,
                    secret.id,
                    secret.purpose.as_str(),
                    secret.subject.as_str(),
                    secret.digest.as_str(),
                    now,
                    secret.expires_at,
                )
                .map(drop)
            })
        })
        .await
    }

    /// Whether the secret of this digest would still work.
    pub async fn is_secret_good(&self, purpose: Purpose, digest: &str, now: Timestamp) -> Result<bool, StoreError> {
        let sql = "
            SELECT count(*)
            FROM one_time_secrets
            WHERE purpose = $1 AND digest = $2 AND used_at IS NULL AND expires_at > $3";
        let count: i64 =
            on_db!(self, |conn| sqlx::query_scalar(sql).bind(purpose.as_str()).bind(digest).bind(now).fetch_one(conn))?;
        Ok(count > 0)
    }
}

/// Uses the set-up secret of this digest up; `Missing` if it does not work (any more).
pub(super) async fn consume(tx: &mut Tx, digest: &str, now: Timestamp) -> Result<(), StoreError> {
    let sql = "
        UPDATE one_time_secrets
        SET used_at = $3
        WHERE purpose = $1 AND digest = $2 AND used_at IS NULL AND expires_at > $3";
    match execute!(tx, sql, Purpose::SetUp.as_str(), digest, now)? {
        0 => Err(StoreError::Missing),
        _ => Ok(()),
    }
}
