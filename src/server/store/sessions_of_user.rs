//! The table of sessions: starting one, and all of one user.

use super::{
    Db, Forgiven, NewMail, NewNotMeLink, StoreError, attempts, audit,
    db::{Tx, execute, on_db, on_tx},
    devices::{self, DeviceUse},
    not_me, outbox, revocations,
    session_row::{SessionRow, columns},
    sessions::{self, MANY},
};
use crate::{
    model::{EndReason, ListPlace, SessionId, SessionKind, Timestamp, UserId},
    server::domain::{Actor, AuditEvent, Session},
};
use std::time::Duration;

/// A session to start.
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
    /// Searchable text of the user agent, in lower case.
    pub device_words: String,
    pub idle_until: Timestamp,
    pub ends_at: Timestamp,
    pub access_until: Timestamp,
    /// How many live sessions the user may have, including this one.
    pub at_most: u32,
    pub device: Option<DeviceUse>,
    /// Notice to the owner about a new device, and the link in it.
    pub notice: Option<(NewMail, NewNotMeLink)>,
    /// The failures before the correct password.
    pub forgiven: Option<Forgiven>,
    /// The session that the same browser had until now.
    pub former: Option<FormerSession>,
}

/// A session that is replaced by another.
#[derive(Debug, Clone)]
pub struct FormerSession {
    pub id: SessionId,
    pub user: UserId,
    pub event: AuditEvent,
}

/// A session that just ended.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct EndedSession {
    pub id: SessionId,
    pub user_id: UserId,
    /// When the last of its access tokens expires.
    pub access_until: Timestamp,
    pub end_reason: EndReason,
}

impl EndedSession {
    /// Returns until when requests of this session are refused. An API key has no tokens, but a stream that it opened asks
    /// again within a minute.
    pub fn refused_until(&self, now: Timestamp) -> Timestamp {
        self.access_until.max(now + Duration::from_mins(10))
    }
}

/// A page of the user's own sessions, in reading direction.
#[derive(Debug, Clone)]
pub struct OwnSessionsFrom {
    /// The place after which the page starts. Its value is the last-seen time of that session.
    pub after: Option<ListPlace<SessionId>>,
    /// Whether the page goes on to sessions seen earlier rather than later.
    pub is_descending: bool,
    /// A session to leave out.
    pub but: Option<SessionId>,
    pub skipped: i64,
    pub limit: i64,
}

macro_rules! own {
    ($is_after:literal, $direction:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM sessions
              WHERE user_id = $1 AND special_kind IS NULL AND ended_at IS NULL AND idle_until > $2 AND ($3 IS NULL OR id <> $3)
                AND ($4 IS NULL OR (last_seen_at, id) ",
            $is_after,
            " ($5, $4))
              ORDER BY last_seen_at ",
            $direction,
            ", id ",
            $direction,
            " LIMIT $6 OFFSET $7"
        )
    };
}

impl Db {
    /// Starts a session with everything that belongs to a sign-in, in one transaction. Returns the sessions that
    /// ended with it. `Missing` if the user was banned or deleted, or the password or roles changed, since the
    /// password was checked.
    pub async fn insert_session(
        &self,
        session: NewSession,
        event: AuditEvent,
    ) -> Result<Vec<EndedSession>, StoreError> {
        self.write(move |tx| Box::pin(async move { start(tx, &session, event).await })).await
    }

    /// Returns whether this user has signed in from this network, as far as sessions are kept. The use of an API key is no sign-in.
    pub async fn has_session_from(&self, user: UserId, network: String) -> Result<bool, StoreError> {
        // One row is enough: a program may have left thousands.
        let sql = "SELECT id FROM sessions WHERE user_id = $1 AND special_kind IS NULL AND network = $2 LIMIT 1";
        let first: Option<SessionId> =
            on_db!(self, |conn| sqlx::query_scalar(sql).bind(user).bind(network).fetch_optional(conn))?;
        Ok(first.is_some())
    }

    /// Returns a page of a user's live sessions without API keys, sorted by last-seen time.
    pub async fn live_sessions_of(
        &self,
        user: UserId,
        from: OwnSessionsFrom,
        now: Timestamp,
    ) -> Result<Vec<Session>, StoreError> {
        let sql = if from.is_descending { own!("<", "DESC") } else { own!(">", "ASC") };
        let (after, seen) = from.after.map(|place| (place.id, place.value.parse().unwrap_or(0_i64))).unzip();
        let rows: Vec<SessionRow> = on_db!(self, |conn| sqlx::query_as(sql)
            .bind(user)
            .bind(now)
            .bind(from.but)
            .bind(after)
            .bind(seen)
            .bind(from.limit)
            .bind(from.skipped)
            .fetch_all(conn))?;
        Ok(rows.into_iter().map(Session::from).collect())
    }

    /// Returns the latest `limit` sessions of a user, ended or not, newest first.
    pub async fn latest_sessions_of(&self, user: UserId, limit: i64) -> Result<Vec<Session>, StoreError> {
        let sql = concat!("SELECT ", columns!(), " FROM sessions WHERE user_id = $1 ORDER BY id DESC LIMIT $2");
        let rows: Vec<SessionRow> = on_db!(self, |conn| sqlx::query_as(sql).bind(user).bind(limit).fetch_all(conn))?;
        Ok(rows.into_iter().map(Session::from).collect())
    }

    /// Returns how many live sessions a user has, without API keys.
    pub async fn count_live_sessions_of(&self, user: UserId, now: Timestamp) -> Result<i64, StoreError> {
        let sql = "SELECT count(*) FROM sessions WHERE user_id = $1 AND special_kind IS NULL AND ended_at IS NULL AND idle_until > $2";
        on_db!(self, |conn| sqlx::query_scalar(sql).bind(user).bind(now).fetch_one(conn))
    }
}

/// Starts a session. Returns those that ended: the replaced one and those over the limit.
pub(super) async fn start(
    tx: &mut Tx,
    session: &NewSession,
    mut event: AuditEvent,
) -> Result<Vec<EndedSession>, StoreError> {
    let now = event.at;
    event.session = Some(session.id);
    lock_user(tx, session, now).await?;
    let mut ended = Vec::new();
    if let Some(former) = &session.former {
        tx.lock(MANY).await?;
        ended.extend(sessions::end(tx, former.id, Some(former.user), EndReason::SignedOut, &former.event).await?);
    }
    insert(tx, session, now).await?;
    let surplus = end_surplus(tx, session, now).await?;
    if !surplus.is_empty() {
        event.details["surplusEnded"] = surplus.len().into();
    }
    ended.extend(surplus);
    // Devices after sessions: everything that writes both uses this order, which avoids deadlocks.
    if let Some(device) = &session.device {
        devices::remember(tx, device, session.user_id, session.password_epoch, now).await?;
    }
    if let Some((notice, link)) = &session.notice {
        outbox::insert(tx, notice, now).await?;
        not_me::insert(tx, link, session.user_id).await?;
    }
    if let Some(forgiven) = &session.forgiven {
        attempts::forgive(tx, forgiven).await?;
    }
    audit::insert(tx, &event).await?;
    Ok(ended)
}

/// Writes the user's row first: on PostgreSQL a concurrent ban or change of password either waits and then ends
/// this session, or is seen here.
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

/// Ends the least recently seen of the user's other sessions until the limit is met. API keys have a limit of their own. The user's row is locked
/// already, so concurrent sign-ins count each other.
async fn end_surplus(tx: &mut Tx, session: &NewSession, now: Timestamp) -> Result<Vec<EndedSession>, StoreError> {
    let sql = "SELECT count(*) FROM sessions WHERE user_id = $1 AND special_kind IS NULL AND ended_at IS NULL AND idle_until > $2";
    let count: i64 = on_tx!(tx, |conn| sqlx::query_scalar(sql).bind(session.user_id).bind(now).fetch_one(conn))?;
    let surplus = count - i64::from(session.at_most);
    if surplus <= 0 {
        return Ok(Vec::new());
    }
    tx.lock(MANY).await?;
    let sql = "
        UPDATE sessions
        SET ended_at = $3, end_reason = $4, ended_by = $5
        WHERE ended_at IS NULL AND id IN (
          SELECT id FROM sessions
          WHERE user_id = $1 AND id <> $2 AND special_kind IS NULL AND ended_at IS NULL AND idle_until > $3
          ORDER BY last_seen_at, id
          LIMIT $6)
        RETURNING id, user_id, access_until, end_reason";
    let ended: Vec<EndedSession> = on_tx!(tx, |conn| sqlx::query_as(sql)
        .bind(session.user_id)
        .bind(session.id)
        .bind(now)
        .bind(EndReason::Surplus)
        .bind(audit::ended_by(Actor::System))
        .bind(surplus)
        .fetch_all(conn))?;
    revocations::insert_sessions(tx, &ended, now).await?;
    Ok(ended)
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
    let ended: Vec<EndedSession> = on_tx!(tx, |conn| sqlx::query_as(sql)
        .bind(user)
        .bind(now)
        .bind(reason)
        .bind(audit::ended_by(by))
        .fetch_all(conn))?;
    revocations::insert_sessions(tx, &ended, now).await?;
    Ok(ended)
}
