//! What is refused although its signature is good.

use super::{
    Db, StoreError,
    db::{Tx, execute, on_db, on_tx},
    sessions_of_user::EndedSession,
};
use crate::model::{Timestamp, UserId};
use std::time::Duration;

/// What a revocation is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevokedKind {
    /// A session: all its tokens.
    Session,
    /// A user: tokens of a lower version.
    User,
}

/// One revocation, in force until no token that it could refuse is left.
#[derive(Debug, Clone)]
pub struct Revocation {
    pub kind: RevokedKind,
    pub id: String,
    /// The lowest version that is still good; of a deleted user, the highest there is.
    pub version: i64,
    pub at: Timestamp,
    pub until: Timestamp,
    /// Its place in the order of commits; those of one transaction share one.
    pub sequence: i64,
}

impl Db {
    /// What was revoked after `sequence` and is in force at `now`. Before everything lies -1.
    pub async fn revocations_after(&self, sequence: i64, now: Timestamp) -> Result<Vec<Revocation>, StoreError> {
        let sql = "
            SELECT kind, id, version, at, until_at, sequence
            FROM revocations
            WHERE sequence > $1 AND until_at > $2";
        let rows: Vec<(String, String, i64, Timestamp, Timestamp, i64)> =
            on_db!(self, |conn| sqlx::query_as(sql).bind(sequence).bind(now).fetch_all(conn))?;
        let revocation = |(kind, id, version, at, until, sequence): (String, _, _, _, _, _)| Revocation {
            kind: if kind == "user" { RevokedKind::User } else { RevokedKind::Session },
            id,
            version,
            at,
            until,
            sequence,
        };
        Ok(rows.into_iter().map(revocation).collect())
    }
}

/// The place of this transaction's revocations. Its row is held until the commit, so that the order of the
/// numbers is the order of the commits: a reader needs no clock to miss none.
async fn next_sequence(tx: &mut Tx) -> Result<i64, StoreError> {
    tx.wake_nodes().await?;
    let sql = "UPDATE counters SET value = value + 1 WHERE name = 'revocations' RETURNING value";
    on_tx!(tx, |conn| sqlx::query_scalar(sql).fetch_one(conn))
}

/// Refuses these sessions' access tokens, the latest of which end at their `access_until`.
pub(super) async fn insert_sessions(tx: &mut Tx, ended: &[EndedSession], now: Timestamp) -> Result<(), StoreError> {
    if ended.is_empty() {
        return Ok(());
    }
    let sequence = next_sequence(tx).await?;
    let sql = "
        INSERT INTO revocations (kind, id, version, at, until_at, sequence)
        VALUES ('session', $1, 0, $2, $3, $4)
        ON CONFLICT (kind, id) DO NOTHING";
    for session in ended {
        execute!(tx, sql, session.id, now, session.access_until, sequence)?;
    }
    Ok(())
}

/// Refuses the tokens of a user that were made before the user's token version was raised.
///
/// In force until the last token ever issued ends; a renewal that runs beside this may issue one
/// more, so at least for the `longest` life of a token.
pub(super) async fn insert_user(
    tx: &mut Tx,
    user: UserId,
    is_deleted: bool,
    longest: Duration,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "
        SELECT token_version,
               COALESCE((SELECT max(access_until) FROM sessions WHERE user_id = users.id), 0)
        FROM users
        WHERE id = $1";
    let (version, latest): (i64, Timestamp) = on_tx!(tx, |conn| sqlx::query_as(sql).bind(user).fetch_one(conn))?;
    let version = if is_deleted { i64::MAX } else { version };
    let sequence = next_sequence(tx).await?;
    let sql = "
        INSERT INTO revocations (kind, id, version, at, until_at, sequence)
        VALUES ('user', $1, $2, $3, $4, $5)
        ON CONFLICT (kind, id) DO UPDATE
        SET version = excluded.version, at = excluded.at, until_at = excluded.until_at, sequence = excluded.sequence";
    execute!(tx, sql, user, version, now, latest.max(now + longest), sequence).map(drop)
}
