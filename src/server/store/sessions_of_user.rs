//! The table of sessions: starting one, and all of one user.

use super::{
    Actor, AuditEvent, Db, NewMail, StoreError, audit,
    db::{Tx, execute, on_db, on_tx},
    devices::{self, DeviceUse},
    outbox, revocations,
    sessions::{MANY, SessionRow, columns},
};
use crate::model::{EndReason, SessionId, SessionKind, Timestamp, UserId};

/// A session to be started.
#[derive(Debug, Clone)]
pub struct NewSession {
    pub id: SessionId,
    pub user_id: UserId,
    /// The user's token version when the password was checked.
    pub token_version: i64,
    /// The password's epoch when it was checked.
    pub password_epoch: i64,
    pub kind: SessionKind,
    pub network: String,
    pub agent: String,
    /// The agent in words, ignoring case.
    pub device_words: String,
    pub idle_until: Timestamp,
    pub ends_at: Timestamp,
    pub access_until: Timestamp,
    pub device: Option<DeviceUse>,
    /// To the owner, about a device that was not seen before.
    pub notice: Option<NewMail>,
}

/// A session that ended just now.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct EndedSession {
    pub id: SessionId,
    pub user_id: UserId,
    /// When the last of its access tokens ends.
    pub access_until: Timestamp,
    pub end_reason: EndReason,
}

impl Db {
    /// Starts a session. `Missing` if the user was banned, deleted, or given another password
    /// since it was checked.
    pub async fn insert_session(&self, session: NewSession, event: AuditEvent) -> Result<(), StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let now = event.at;
                lock_user(tx, &session, now).await?;
                insert(tx, &session, now).await?;
                if let Some(device) = &session.device {
                    devices::remember(tx, device, session.user_id, session.password_epoch, now).await?;
                }
                if let Some(notice) = &session.notice {
                    outbox::insert(tx, notice, now).await?;
                }
                audit::insert(tx, &event).await
            })
        })
        .await
    }

    /// Whether this user has signed in from this network, as far as sessions are remembered.
    pub async fn has_session_from(&self, user: UserId, network: String) -> Result<bool, StoreError> {
        // The first is enough: a program may have left thousands.
        let sql = "SELECT id FROM sessions WHERE user_id = $1 AND network = $2 LIMIT 1";
        let first: Option<SessionId> =
            on_db!(self, |conn| sqlx::query_scalar(sql).bind(user).bind(network).fetch_optional(conn))?;
        Ok(first.is_some())
    }

    /// A user's live sessions, the latest seen first.
    pub async fn live_sessions_of(&self, user: UserId, now: Timestamp) -> Result<Vec<SessionRow>, StoreError> {
        let sql = concat!(
            "SELECT ",
            columns!(),
            " FROM sessions
              WHERE user_id = $1 AND ended_at IS NULL AND idle_until > $2
              ORDER BY last_seen_at DESC, id DESC
              LIMIT 1000"
        );
        on_db!(self, |conn| sqlx::query_as(sql).bind(user).bind(now).fetch_all(conn))
    }
}

/// Writes the user's row first: on PostgreSQL a ban or a change of password that runs at the same
/// time either waits until this session is there to be ended, or is seen here.
async fn lock_user(tx: &mut Tx, session: &NewSession, now: Timestamp) -> Result<(), StoreError> {
    let sql = "
        UPDATE users
        SET last_sign_in_at = $3
        WHERE id = $1 AND token_version = $2 AND (status = 'active' OR banned_until <= $3)
          AND EXISTS (SELECT 1 FROM passwords WHERE user_id = $1 AND epoch = $4)";
    match execute!(tx, sql, session.user_id, session.token_version, now, session.password_epoch)? {
        0 => Err(StoreError::Missing),
        _ => Ok(()),
    }
}

async fn insert(tx: &mut Tx, session: &NewSession, now: Timestamp) -> Result<(), StoreError> {
    let sql = "
        INSERT INTO sessions
          (id, user_id, kind, created_at, authenticated_at, methods, network, agent, device, last_seen_at,
           idle_until, ends_at, access_until)
        VALUES ($1, $2, $3, $4, $4, 'password', $5, $6, $7, $4, $8, $9, $10)";
    execute!(
        tx,
        sql,
        session.id,
        session.user_id,
        session.kind,
        now,
        session.network.as_str(),
        session.agent.as_str(),
        session.device_words.as_str(),
        session.idle_until,
        session.ends_at,
        session.access_until,
    )
    .map(drop)
}

/// Ends every live session of a user.
pub(super) async fn end_all(
    tx: &mut Tx,
    user: UserId,
    reason: EndReason,
    by: Actor,
    now: Timestamp,
) -> Result<Vec<EndedSession>, StoreError> {
    tx.lock(MANY).await?;
    let sql = "
        UPDATE sessions
        SET ended_at = $2, end_reason = $3, ended_by = $4
        WHERE user_id = $1 AND ended_at IS NULL
        RETURNING id, user_id, access_until, end_reason";
    let ended: Vec<EndedSession> =
        on_tx!(tx, |conn| sqlx::query_as(sql).bind(user).bind(now).bind(reason).bind(by.stored()).fetch_all(conn))?;
    revocations::insert_sessions(tx, &ended, now).await?;
    Ok(ended)
}
