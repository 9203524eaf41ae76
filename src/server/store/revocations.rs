//! Revocations: tokens that are refused although their signature is valid.

use super::{
    Db, StoreError,
    db::{Tx, execute, on_db, on_tx},
    sessions_of_user::EndedSession,
};
use crate::model::{Timestamp, UserId};
use std::time::Duration;

/// What is revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevokedKind {
    /// A session: all its tokens.
    Session,
    /// A user: tokens with a lower version.
    User,
}

/// Which tokens of a user are still accepted. Ordered by strictness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Accepted {
    /// Those of this token version and later ones.
    From(i64),
    /// None: the user was deleted.
    Nothing,
}

impl Accepted {
    /// How [`Accepted::Nothing`] is stored.
    const NOTHING: i64 = i64::MAX;

    fn stored(self) -> i64 {
        match self {
            Self::From(version) => version,
            Self::Nothing => Self::NOTHING,
        }
    }

    fn read(stored: i64) -> Self {
        if stored == Self::NOTHING { Self::Nothing } else { Self::From(stored) }
    }
}

/// A revocation, in force until every token it could refuse has expired.
#[derive(Debug, Clone)]
pub struct Revocation {
    pub kind: RevokedKind,
    pub id: String,
    /// Which of a user's tokens are still accepted; none of a session's are.
    pub accepted: Accepted,
    pub at: Timestamp,
    pub until: Timestamp,
}

/// A place in the order of commits, with the mark that identifies its revocation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    pub sequence: i64,
    pub mark: String,
}

impl Position {
    /// The position before all revocations.
    pub const BEGIN: Self = Self { sequence: -1, mark: String::new() };
}

/// The revocations after a position.
#[derive(Debug)]
pub struct Revoked {
    /// Whether the known position still exists unchanged. If not, the database has another history (it was
    /// restored, for example), and these revocations may not be all that are missing.
    pub follows: bool,
    pub revocations: Vec<Revocation>,
    pub position: Position,
}

impl Db {
    /// Returns the revocations after `known`. One statement, because the revocations and the check of `follows`
    /// must come from the same history.
    pub async fn revocations_after(&self, known: &Position) -> Result<Revoked, StoreError> {
        let sql = "
            SELECT kind, id, version, at, until_at
            FROM revocations
            WHERE sequence > $1
            UNION ALL
            SELECT 'known', COALESCE((SELECT mark FROM revocation_marks WHERE sequence = $1), ''), 0, 0, 0
            UNION ALL
            SELECT 'last', COALESCE((SELECT mark FROM revocation_marks WHERE sequence = value), ''), value, 0, 0
            FROM counters
            WHERE name = 'revocations'";
        let rows: Vec<(String, String, i64, Timestamp, Timestamp)> =
            on_db!(self, |conn| sqlx::query_as(sql).bind(known.sequence).fetch_all(conn))?;
        let mut found = Revoked { follows: true, revocations: Vec::new(), position: Position::BEGIN };
        for (kind, id, version, at, until) in rows {
            match kind.as_str() {
                "known" => found.follows &= id == known.mark,
                "last" => {
                    found.follows &= version >= known.sequence;
                    found.position = Position { sequence: version, mark: id };
                }
                kind => {
                    let kind = if kind == "user" { RevokedKind::User } else { RevokedKind::Session };
                    found.revocations.push(Revocation { kind, id, accepted: Accepted::read(version), at, until });
                }
            }
        }
        Ok(found)
    }

    /// Returns sessions that ended after `since` and may have access tokens valid after `now`. They are refused
    /// even if their revocations are gone.
    pub async fn sessions_ended_since(
        &self,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<EndedSession>, StoreError> {
        let sql = "
            SELECT id, user_id, access_until, end_reason
            FROM sessions
            WHERE ended_at IS NOT NULL AND ended_at > $1 AND access_until > $2";
        on_db!(self, |conn| sqlx::query_as(sql).bind(since).bind(now).fetch_all(conn))
    }
}

/// Takes the next sequence number for the revocations of this transaction, of which `id` is the first. The
/// counter's row stays locked until the commit, so numbers follow the order of commits and a reader needs no
/// clock to miss none.
async fn next_sequence(tx: &mut Tx, id: &str, now: Timestamp) -> Result<i64, StoreError> {
    tx.notify_nodes().await?;
    let sql = "UPDATE counters SET value = value + 1 WHERE name = 'revocations' RETURNING value";
    let sequence: i64 = on_tx!(tx, |conn| sqlx::query_scalar(sql).fetch_one(conn))?;
    // The same session or user at the same position and time is the same revocation.
    let mark = format!("{id} {}", now.0);
    let sql = "
        INSERT INTO revocation_marks (sequence, mark, at)
        VALUES ($1, $2, $3)
        ON CONFLICT (sequence) DO UPDATE SET mark = excluded.mark, at = excluded.at";
    execute!(tx, sql, sequence, mark, now)?;
    Ok(sequence)
}

/// Refuses these sessions until the last of their access tokens has expired.
pub(super) async fn insert_sessions(tx: &mut Tx, ended: &[EndedSession], now: Timestamp) -> Result<(), StoreError> {
    let Some(first) = ended.first() else { return Ok(()) };
    let sequence = next_sequence(tx, &first.id.to_string(), now).await?;
    let sql = "
        INSERT INTO revocations (kind, id, version, at, until_at, sequence)
        VALUES ('session', $1, 0, $2, $3, $4)
        ON CONFLICT (kind, id) DO NOTHING";
    for session in ended {
        execute!(tx, sql, session.id, now, session.refused_until(now), sequence)?;
    }
    Ok(())
}

/// Revokes the tokens of a user issued before the token version was raised.
///
/// In force until the last issued token expires, and at least for the `longest` lifetime: a concurrent refresh
/// may issue one more.
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
    let accepted = if is_deleted { Accepted::Nothing } else { Accepted::From(version) };
    let sequence = next_sequence(tx, &user.to_string(), now).await?;
    let sql = "
        INSERT INTO revocations (kind, id, version, at, until_at, sequence)
        VALUES ('user', $1, $2, $3, $4, $5)
        ON CONFLICT (kind, id) DO UPDATE
        SET version = excluded.version, at = excluded.at, until_at = excluded.until_at, sequence = excluded.sequence";
    execute!(tx, sql, user, accepted.stored(), now, latest.max(now + longest), sequence).map(drop)
}
