//! Sessions: started by a sign-in, renewed by refresh tokens, ended by many things.

use super::{
    Authenticated, Caller, Events, ServiceError,
    events::SessionChange,
    tokens::{
        AccessTokens, Claims, Issued, Keyring, RefreshToken, RefreshTokens, Revocations, TokenError, Touches, Verdict,
        verdict,
    },
};
use crate::{
    model::{EndReason, SessionId, SessionKind, Timestamp, User, UserId},
    server::{
        clock::Clock,
        randomness::Randomness,
        settings::{self, Settings},
        store::{Action, Actor, AuditEvent, Db, EndedSession, NewSession, Rotated, Rotation, SessionRow, StoreError},
    },
};
use futures::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, atomic::Ordering},
    time::Duration,
};

/// Starts, renews and ends sessions.
#[derive(Clone)]
pub struct Sessions {
    inner: Arc<Inner>,
}

struct Inner {
    db: Db,
    access: AccessTokens,
    refresh: RefreshTokens,
    revocations: Revocations,
    touches: Touches,
    events: Events,
    clock: Clock,
    randomness: Randomness,
    lives: settings::Tokens,
    flights: Mutex<HashMap<RefreshToken, Flight>>,
}

type Flight = Shared<BoxFuture<'static, Result<Tokens, RefreshError>>>;

/// What a session hands out: an access token, and the refresh token of its generation.
#[derive(Clone)]
pub struct Tokens {
    pub access: Issued,
    pub refresh: String,
    pub kind: SessionKind,
    /// When the refresh token ends: cookies live as long.
    pub refresh_expires_at: Timestamp,
}

/// Why a refresh token gave nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RefreshError {
    /// Malformed or forged. Final.
    #[error("Invalid token")]
    Invalid,
    /// Ended, replayed, or of the other kind. Final.
    #[error("Token revoked")]
    Revoked,
    /// Not now; the token is as good as it was.
    #[error("Service busy")]
    Unavailable,
    /// Not now, for a reason that is in the log.
    #[error("Internal server error")]
    Internal,
}

impl Sessions {
    pub(super) fn new(
        db: Db,
        keys: &Keyring,
        revocations: Revocations,
        events: Events,
        clock: &Clock,
        randomness: &Randomness,
        settings: &Settings,
    ) -> Self {
        let inner = Inner {
            access: AccessTokens::new(keys.clone(), settings.server.public_url.origin().to_owned()),
            refresh: RefreshTokens::new(keys.clone()),
            touches: Touches::start(db.clone()),
            db,
            revocations,
            events,
            clock: clock.clone(),
            randomness: randomness.clone(),
            lives: settings.tokens.clone(),
            flights: Mutex::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Whether an access token is good, right now, without asking the database. Marks its use.
    pub fn check(&self, token: &str) -> Result<Claims, TokenError> {
        let now = self.inner.clock.now();
        let claims = self.inner.access.check(token, now)?;
        self.inner.revocations.check(&claims)?;
        self.inner.touches.touch(&claims, now);
        Ok(claims)
    }

    /// The revocations that this node knows of.
    pub fn revocations(&self) -> &Revocations {
        &self.inner.revocations
    }

    /// The marks of use that are still to be written.
    pub fn touches(&self) -> &Touches {
        &self.inner.touches
    }

    /// The longest life of an access token by today's settings.
    pub fn longest_access(&self) -> Duration {
        self.inner.lives.access_ttl.max(self.inner.lives.api_ttl)
    }

    /// Starts a session for a user whose password was right.
    pub async fn start(
        &self,
        user: &User,
        password_epoch: i64,
        kind: SessionKind,
        caller: &Caller,
        event: AuditEvent,
    ) -> Result<Tokens, ServiceError> {
        let inner = &self.inner;
        let now = event.at;
        let id = inner.randomness.session_id(now);
        let ends_at = now + inner.lives.session_ttl;
        let idle_until = ends_at.min(now + inner.lives.refresh_ttl);
        let access_until = idle_until.min(now + inner.access_life(kind));
        let session = NewSession {
            id,
            user_id: user.id,
            token_version: user.token_version,
            password_epoch,
            kind,
            network: caller.network.to_string(),
            agent: caller.agent.clone(),
            idle_until,
            ends_at,
            access_until,
        };
        inner.db.insert_session(session, event).await?;
        let claims = Claims {
            user: user.id,
            session: id,
            generation: 0,
            version: user.token_version,
            roles: user.roles.clone(),
            issued_at: now,
            expires_at: access_until,
        };
        inner.tokens(claims, kind, idle_until).map_err(|_| ServiceError::Internal(StoreError::BrokenOff))
    }

    /// Renews by a refresh token, at the door that it came to. Concurrent renewals with one token
    /// are one flight, in a task of its own: a caller who leaves does not cancel it.
    pub async fn refresh(&self, text: &str, door: SessionKind, caller: &Caller) -> Result<Tokens, RefreshError> {
        let token = self.inner.refresh.read(text).map_err(|_| RefreshError::Invalid)?;
        let flight = self.board(token, door, caller);
        let tokens = flight.await?;
        if tokens.kind == door { Ok(tokens) } else { Err(RefreshError::Revoked) }
    }

    fn board(&self, token: RefreshToken, door: SessionKind, caller: &Caller) -> Flight {
        let mut flights = self.inner.flights.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(flight) = flights.get(&token) {
            return flight.clone();
        }
        let (inner, caller) = (Arc::clone(&self.inner), caller.clone());
        let task = tokio::spawn(async move {
            let landed = inner.renew(token, door, &caller).await;
            inner.flights.lock().unwrap_or_else(PoisonError::into_inner).remove(&token);
            landed
        });
        let flight: Flight = task.map(|landed| landed.unwrap_or(Err(RefreshError::Internal))).boxed().shared();
        flights.insert(token, flight.clone());
        flight
    }

    /// Ends one session of its owner. None if there is no such live session of theirs.
    pub async fn end(
        &self,
        id: SessionId,
        owner: UserId,
        reason: EndReason,
        caller: &Caller,
    ) -> Result<Option<EndedSession>, ServiceError> {
        let action = if reason == EndReason::SignedOut { Action::SignedOut } else { Action::SessionEnded };
        let event = self.inner.event(caller, action, Actor::User(owner), Some(owner));
        let ended = self.inner.db.end_session(id, Some(owner), reason, event).await?;
        if let Some(session) = &ended {
            self.ended(std::slice::from_ref(session), reason);
        }
        Ok(ended)
    }

    /// A user's live sessions, the latest seen first.
    pub async fn live_of(&self, user: UserId) -> Result<Vec<SessionRow>, ServiceError> {
        Ok(self.inner.db.live_sessions_of(user, self.inner.clock.now()).await?)
    }

    /// Refuses sessions that the database has as ended, and says so to whoever watches.
    pub(super) fn ended(&self, sessions: &[EndedSession], reason: EndReason) {
        self.inner.revocations.add_sessions(sessions);
        let now = self.inner.clock.now();
        for session in sessions {
            self.inner.events.publish(now, session.id, session.user_id, SessionChange::Ended(reason));
        }
    }

    /// Whether tokens for this caller may still be handed out.
    pub fn is_alive(&self, who: &Authenticated) -> bool {
        !self.inner.revocations.has_ended(who.claims.session)
    }
}

impl Inner {
    fn access_life(&self, kind: SessionKind) -> Duration {
        match kind {
            SessionKind::Browser => self.lives.access_ttl,
            SessionKind::Api => self.lives.api_ttl,
        }
    }

    fn event(&self, caller: &Caller, action: Action, actor: Actor, subject: Option<UserId>) -> AuditEvent {
        let now = self.clock.now();
        caller.event(self.randomness.audit_id(now), now, action, actor, subject)
    }

    /// The whole rule of rotation for a genuine token.
    async fn renew(&self, token: RefreshToken, door: SessionKind, caller: &Caller) -> Result<Tokens, RefreshError> {
        let now = self.clock.now();
        let session = self.db.find_session(token.session).await.map_err(refuse)?;
        let session = session.filter(|session| session.kind == door).ok_or(RefreshError::Revoked)?;
        let rotation = Rotation {
            session: token.session,
            generation: token.generation,
            grace_from: now - self.lives.refresh_grace,
            idle_until: now + self.lives.refresh_ttl,
            access_until: now + self.access_life(session.kind),
            network: caller.network.to_string(),
            agent: caller.agent.clone(),
            now,
        };
        let access_until = rotation.access_until;
        match self.db.rotate_session(rotation).await.map_err(refuse)? {
            Some(rotated) => {
                self.events.publish(now, token.session, rotated.session.user_id, SessionChange::Renewed);
                self.hand_out(rotated, now, access_until)
            }
            None => self.judge(token, access_until, caller, now).await,
        }
    }

    async fn judge(
        &self,
        token: RefreshToken,
        access_until: Timestamp,
        caller: &Caller,
        now: Timestamp,
    ) -> Result<Tokens, RefreshError> {
        // Each round means that somebody else rotated in between; the second already is rare.
        for _ in 0..8 {
            let session = self.db.find_session(token.session).await.map_err(refuse)?.ok_or(RefreshError::Revoked)?;
            match verdict(&session, token.generation, self.lives.refresh_grace, now) {
                Verdict::Ended => return Err(RefreshError::Revoked),
                Verdict::Theft => return self.end_family(&session, EndReason::Replayed, caller).await,
                Verdict::FromTheFuture => return self.end_family(&session, EndReason::FromTheFuture, caller).await,
                Verdict::Repeat => {
                    let reissued = self.db.reissue_access(session.id, session.generation, access_until, now).await;
                    if let Some(rotated) = reissued.map_err(refuse)? {
                        self.events.counters().repeated.fetch_add(1, Ordering::Relaxed);
                        return self.hand_out(rotated, now, access_until);
                    }
                }
            }
        }
        Err(RefreshError::Unavailable)
    }

    async fn end_family(
        &self,
        session: &SessionRow,
        reason: EndReason,
        caller: &Caller,
    ) -> Result<Tokens, RefreshError> {
        let mut event = self.event(caller, Action::SessionReplayed, Actor::System, Some(session.user_id));
        event.details = serde_json::json!({ "session": session.id.to_string(), "reason": reason.as_str() });
        let ended = self.db.end_session(session.id, None, reason, event).await.map_err(refuse)?;
        self.events.counters().refused.fetch_add(1, Ordering::Relaxed);
        if let Some(ended) = ended {
            tracing::warn!(session = %ended.id, %reason, "a refresh token came back: its session has ended");
            self.events.publish(self.clock.now(), ended.id, ended.user_id, SessionChange::Ended(reason));
            self.revocations.add_sessions(&[ended]);
        }
        Err(RefreshError::Revoked)
    }

    fn hand_out(&self, rotated: Rotated, now: Timestamp, access_until: Timestamp) -> Result<Tokens, RefreshError> {
        let session = rotated.session;
        let claims = Claims {
            user: session.user_id,
            session: session.id,
            generation: session.generation,
            version: rotated.token_version,
            roles: rotated.roles,
            issued_at: now,
            // No token outlives its session.
            expires_at: access_until.min(session.idle_until),
        };
        self.tokens(claims, session.kind, session.idle_until).map_err(|_| RefreshError::Internal)
    }

    fn tokens(&self, claims: Claims, kind: SessionKind, refresh_expires_at: Timestamp) -> Result<Tokens, TokenError> {
        let token = RefreshToken { session: claims.session, generation: claims.generation };
        let refresh = self.refresh.issue(token)?;
        let access = self.access.issue(claims, self.randomness.bytes())?;
        Ok(Tokens { access, refresh, kind, refresh_expires_at })
    }
}

fn refuse(error: StoreError) -> RefreshError {
    match error {
        StoreError::Unavailable(_) => RefreshError::Unavailable,
        // Its user is banned or gone.
        StoreError::Forbidden | StoreError::Missing => RefreshError::Revoked,
        other => {
            tracing::error!(cause = ?other, "a renewal failed");
            RefreshError::Internal
        }
    }
}
