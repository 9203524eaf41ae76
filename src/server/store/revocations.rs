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
}

/// A place in the order of commits, and the mark of what took it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    pub sequence: i64,
    pub mark: String,
}

impl Position {
    /// Before everything.
    pub const BEGIN: Self = Self { sequence: -1, mark: String::new() };
}

/// What was revoked after a position.
#[derive(Debug)]
pub struct Revoked {
    /// Whether that position is still what it was: if not, this is another history of the same database, and what
    /// was read is not all that is missing.
    pub follows: bool,
    pub revocations: Vec<Revocation>,
    pub position: Position,
}

impl Db {
    /// What was revoked after `known`, in one look at the database: what is found and whether it follows must be of
    /// the same history.
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
                    found.revocations.push(Revocation { kind, id, version, at, until });
                }
            }
        }
        Ok(found)
    }

    /// Sessions that ended after `since` and may have access tokens that are good after `now`: they are refused even
    /// if their revocations are gone.
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

/// The place of this transaction's revocations, the first of which is of `id`. The counter's row is held until the
/// commit, so that the order of the numbers is the order of the commits: a reader needs no clock to miss none.
async fn next_sequence(tx: &mut Tx, id: &str, now: Timestamp) -> Result<i64, StoreError> {
    tx.wake_nodes().await?;
    let sql = "UPDATE counters SET value = value + 1 WHERE name = 'revocations' RETURNING value";
    let sequence: i64 = on_tx!(tx, |conn| sqlx::query_scalar(sql).fetch_one(conn))?;
    // The same session or user at the same place and moment is the same revocation.
    let mark = format!("{id} {}", now.0);
    let sql = "
        INSERT INTO revocation_marks (sequence, mark, at)
        VALUES ($1, $2, $3)
        ON CONFLICT (sequence) DO UPDATE SET mark = excluded.mark, at = excluded.at";
    execute!(tx, sql, sequence, mark, now)?;
    Ok(sequence)
}

/// Refuses these sessions' access tokens, the latest of which end at their `access_until`.
pub(super) async fn insert_sessions(tx: &mut Tx, ended: &[EndedSession], now: Timestamp) -> Result<(), StoreError> {
    let Some(first) = ended.first() else { return Ok(()) };
    let sequence = next_sequence(tx, &first.id.to_string(), now).await?;
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
    let sequence = next_sequence(tx, &user.to_string(), now).await?;
    let sql = "
        INSERT INTO revocations (kind, id, version, at, until_at, sequence)
        VALUES ('user', $1, $2, $3, $4, $5)
        ON CONFLICT (kind, id) DO UPDATE
        SET version = excluded.version, at = excluded.at, until_at = excluded.until_at, sequence = excluded.sequence";
    execute!(tx, sql, user, version, now, latest.max(now + longest), sequence).map(drop)
}
