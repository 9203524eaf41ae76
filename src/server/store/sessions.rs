//! The table of sessions: one session at a time.

use super::{
    Db, Forgiven, NewMail, StoreError, attempts, audit,
    db::{Tx, execute, on_db, on_tx},
    outbox, renewals, revocations, roles,
    session_row::{SessionRow, columns},
    sessions_of_user::EndedSession,
};
use crate::{
    model::{EndReason, SessionId, Timestamp, UserId},
    server::domain::{AuditEvent, AuditTarget, Session, TargetKind},
};

/// A requested rotation.
#[derive(Debug, Clone)]
pub struct Rotation {
    pub session: SessionId,
    /// The generation of the presented refresh token.
    pub generation: i64,
    /// Rotations after this moment are within the grace period.
    pub grace_from: Timestamp,
    /// The new end of the sliding lifetime; limited by the absolute one.
    pub idle_until: Timestamp,
    /// The end of a session that would start now. A later absolute end is moved back to it.
    pub longest: Timestamp,
    /// The end of the access token to be issued; limited by the absolute lifetime.
    pub access_until: Timestamp,
    pub network: String,
    pub agent: String,
    pub now: Timestamp,
}

/// A session after a refresh, with the user's token version and roles at the same moment.
#[derive(Debug, Clone)]
pub struct Rotated {
    pub session: Session,
    pub token_version: i64,
    pub roles: Vec<String>,
}

/// The lock for writing more than one session: two transactions that lock the same rows in different order would
/// deadlock.
pub(super) const MANY: &str = "sessions";

impl Db {
    /// Returns the session with this id, ended or not.
    pub async fn find_session(&self, id: SessionId) -> Result<Option<Session>, StoreError> {
        let sql = concat!("SELECT ", columns!(), " FROM sessions WHERE id = $1");
        let row: Option<SessionRow> = on_db!(self, |conn| sqlx::query_as(sql).bind(id).fetch_optional(conn))?;
        Ok(row.map(Session::from))
    }

    /// Rotates a live session from the presented generation to the next, if the last rotation is older than the
    /// grace period, or as far in the future, written by a clock that was set back. Returns `None`, and changes
    /// nothing, otherwise.
    pub async fn rotate_session(&self, rotation: Rotation) -> Result<Option<Rotated>, StoreError> {
        self.write(move |tx| Box::pin(async move { rotate(tx, &rotation).await })).await
    }

    /// Records an access token until `access_until` without a rotation. Returns `None` if the session is at
    /// another generation or not alive.
    pub async fn reissue_access(
        &self,
        id: SessionId,
        generation: i64,
        access_until: Timestamp,
        now: Timestamp,
    ) -> Result<Option<Rotated>, StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let sql = concat!(
                    "
                    UPDATE sessions
                    SET access_until = CASE
                          WHEN access_until > $3 THEN access_until
                          WHEN idle_until < $3 THEN idle_until
                          ELSE $3
                        END
                    WHERE id = $1 AND generation = $2 AND ended_at IS NULL AND idle_until > $4
                    RETURNING ",
                    columns!()
                );
                let row: Option<SessionRow> = on_tx!(tx, |conn| sqlx::query_as(sql)
                    .bind(id)
                    .bind(generation)
                    .bind(access_until)
                    .bind(now)
                    .fetch_optional(conn))?;
                with_roles(tx, row, now).await
            })
        })
        .await
    }

    /// Records that the password was confirmed for this live session, which also clears its risk signal.
    pub async fn confirm_session(
        &self,
        id: SessionId,
        forgiven: Forgiven,
        event: AuditEvent,
    ) -> Result<(), StoreError> {
        self.write_as(event.actor, event.at, move |tx| {
            Box::pin(async move {
                let sql = "
                    UPDATE sessions
                    SET authenticated_at = $2, suspicion = NULL, suspected_at = NULL
                    WHERE id = $1 AND ended_at IS NULL";
                if execute!(tx, sql, id, event.at)? == 0 {
                    return Err(StoreError::Missing);
                }
                attempts::forgive(tx, &forgiven).await?;
                audit::insert(tx, &event).await
            })
        })
        .await
    }

    /// Ends a live session, with its audit event and a notice to its owner. Returns `None` if it had ended, does
    /// not exist, or is not `owner`'s.
    pub async fn end_session(
        &self,
        id: SessionId,
        owner: Option<UserId>,
        reason: EndReason,
        notice: Option<NewMail>,
        event: AuditEvent,
    ) -> Result<Option<EndedSession>, StoreError> {
        self.write_as(event.actor, event.at, move |tx| {
            Box::pin(async move {
                let ended = end(tx, id, owner, reason, &event).await?;
                if let Some(notice) = notice.filter(|_| ended.is_some()) {
                    outbox::insert(tx, &notice, event.at).await?;
                }
                Ok(ended)
            })
        })
        .await
    }

    /// Ends up to `limit` sessions past their sliding or absolute lifetime. Their access tokens have expired
    /// too, except those issued before a setting shortened lifetimes: these are revoked.
    pub async fn end_due_sessions(&self, limit: i64, now: Timestamp) -> Result<Vec<EndedSession>, StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                tx.lock(MANY).await?;
                let sql = "
                    UPDATE sessions
                    SET ended_at = $1, ended_by = 'system', end_reason = CASE WHEN ends_at <= $1 THEN 'expired' ELSE 'idle' END
                    WHERE ended_at IS NULL AND id IN (
                      SELECT id FROM sessions WHERE ended_at IS NULL AND idle_until <= $1 ORDER BY idle_until LIMIT $2)
                    RETURNING id, user_id, access_until, end_reason";
                let ended: Vec<EndedSession> =
                    on_tx!(tx, |conn| sqlx::query_as(sql).bind(now).bind(limit).fetch_all(conn))?;
                let outlived: Vec<EndedSession> =
                    ended.iter().filter(|session| now < session.access_until).cloned().collect();
                revocations::insert_sessions(tx, &outlived, now).await?;
                Ok(ended)
            })
        })
        .await
    }

    /// Returns whether a session is due at `now`: a cheap check before the write.
    pub async fn has_due_sessions(&self, now: Timestamp) -> Result<bool, StoreError> {
        let sql = "SELECT id FROM sessions WHERE ended_at IS NULL AND idle_until <= $1 LIMIT 1";
        let due: Option<String> = on_db!(self, |conn| sqlx::query_scalar(sql).bind(now).fetch_optional(conn))?;
        Ok(due.is_some())
    }
}

/// Ends a live session with its audit event. Returns `None` if it had ended, does not exist, or is not `owner`'s.
pub(super) async fn end(
    tx: &mut Tx,
    id: SessionId,
    owner: Option<UserId>,
    reason: EndReason,
    event: &AuditEvent,
) -> Result<Option<EndedSession>, StoreError> {
    let sql = "
        UPDATE sessions
        SET ended_at = $3, end_reason = $4, ended_by = $5
        WHERE id = $1 AND ended_at IS NULL AND (user_id = $2 OR $2 IS NULL)
        RETURNING id, user_id, access_until, end_reason";
    let ended: Option<EndedSession> = on_tx!(tx, |conn| sqlx::query_as(sql)
        .bind(id)
        .bind(owner)
        .bind(event.at)
        .bind(reason)
        .bind(audit::ended_by(event.actor))
        .fetch_optional(conn))?;
    if let Some(session) = &ended {
        revocations::insert_sessions(tx, std::slice::from_ref(session), event.at).await?;
        let target = Some(AuditTarget::new(TargetKind::Session, &session.id));
        audit::insert(tx, &AuditEvent { subject: Some(session.user_id), target, ..event.clone() }).await?;
    }
    Ok(ended)
}

async fn rotate(tx: &mut Tx, rotation: &Rotation) -> Result<Option<Rotated>, StoreError> {
    let sql = concat!(
        "
        UPDATE sessions
        SET generation = generation + 1,
            rotated_at = $4,
            last_seen_at = $4,
            ends_at = CASE WHEN ends_at > $7 THEN $7 ELSE ends_at END,
            idle_until = CASE WHEN ends_at < $5 THEN ends_at ELSE $5 END,
            access_until = CASE
              WHEN access_until > $6 THEN access_until
              WHEN ends_at < $6 THEN ends_at
              ELSE $6
            END
        WHERE id = $1 AND generation = $2 AND ended_at IS NULL AND idle_until > $4
          AND (rotated_at IS NULL OR rotated_at <= $3 OR rotated_at >= $4 + ($4 - $3))
        RETURNING ",
        columns!()
    );
    let row: Option<SessionRow> = on_tx!(tx, |conn| sqlx::query_as(sql)
        .bind(rotation.session)
        .bind(rotation.generation)
        .bind(rotation.grace_from)
        .bind(rotation.now)
        .bind(rotation.idle_until)
        .bind(rotation.access_until)
        .bind(rotation.longest)
        .fetch_optional(conn))?;
    if let Some(row) = &row {
        renewals::insert(tx, row.id, row.generation, &rotation.network, &rotation.agent, rotation.now).await?;
    }
    with_roles(tx, row, rotation.now).await
}

/// Reads token version and roles in one statement so that they agree: a token with a new version and old roles
/// would keep revoked permissions. Returns `Forbidden` for a banned user.
async fn with_roles(tx: &mut Tx, row: Option<SessionRow>, now: Timestamp) -> Result<Option<Rotated>, StoreError> {
    let Some(session) = row.map(Session::from) else { return Ok(None) };
    let sql = concat!(
        "
        SELECT token_version, ",
        roles::joined_roles!(),
        "
        FROM users
        WHERE id = $1 AND (status = 'active' OR banned_until <= $2)"
    );
    let found: Option<(i64, Option<String>)> =
        on_tx!(tx, |conn| sqlx::query_as(sql).bind(session.user_id).bind(now).fetch_optional(conn))?;
    let (token_version, joined) = found.ok_or(StoreError::Forbidden)?;
    Ok(Some(Rotated { session, token_version, roles: roles::names_at(joined.as_deref(), now) }))
}
