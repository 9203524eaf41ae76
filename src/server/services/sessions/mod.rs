//! Sessions: started by a sign-in, renewed by refresh tokens, ended by many things.

mod ending;
mod renewal;

use super::{
    Caller, Core, Events, Jobs, ServiceError, devices,
    events::SessionChange,
    to_the_end,
    tokens::{AccessTokens, Claims, Issued, RefreshToken, RefreshTokens, Revocations, TokenError, Touches},
};
use crate::{
    model::{SessionId, SessionKind, Timestamp, User, UserId},
    server::{
        settings::{self, Settings},
        store::{
            AuditEvent, Authority, DeviceUse, Forgiven, FormerSession, NewMail, NewSession, OwnPassword, Rotated,
            StoreError,
        },
    },
};
use futures::{
    FutureExt,
    future::{BoxFuture, Shared},
};
pub use renewal::RefreshError;
use std::{
    collections::HashMap,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// Starts, renews and ends sessions.
#[derive(Clone)]
pub struct Sessions {
    inner: Arc<Inner>,
}

struct Inner {
    core: Arc<Core>,
    access: AccessTokens,
    refresh: RefreshTokens,
    revocations: Revocations,
    touches: Touches,
    events: Events,
    lives: settings::Tokens,
    /// By token and by the door it came to: the wrong one gives nothing to the right one's callers.
    flights: Mutex<HashMap<(RefreshToken, SessionKind), Flight>>,
}

type Flight = Shared<BoxFuture<'static, Result<Tokens, RefreshError>>>;

/// What a session hands out: an access token, and the refresh token of its generation.
#[derive(Clone)]
pub struct Tokens {
    pub access: Issued,
    pub refresh: String,
    /// When the refresh token ends: cookies live as long.
    pub refresh_expires_at: Timestamp,
}

/// What a sign-in says of its device.
#[derive(Debug, Clone, Default)]
pub struct Arrival {
    pub device: Option<DeviceUse>,
    /// To the owner, where the device was not seen before.
    pub notice: Option<NewMail>,
    /// The failures before the right password.
    pub forgiven: Option<Forgiven>,
    /// The one that the same browser held until now.
    pub former: Option<FormerSession>,
}

/// How long a sign-in counts as fresh.
const FRESH: Duration = Duration::from_mins(10);

impl Sessions {
    pub(super) fn new(
        core: Arc<Core>,
        revocations: Revocations,
        events: Events,
        jobs: &Jobs,
        settings: &Settings,
    ) -> Self {
        let inner = Inner {
            access: AccessTokens::new(core.keys.clone(), settings.server.public_url.origin().to_owned()),
            refresh: RefreshTokens::new(core.keys.clone()),
            touches: Touches::start(core.db.clone(), events.clone(), jobs),
            core,
            revocations,
            events,
            lives: settings.tokens.clone(),
            flights: Mutex::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Whether an access token is good, right now, without asking the database. Marks its use.
    pub fn check(&self, token: &str, caller: &Caller) -> Result<Claims, TokenError> {
        let now = self.inner.core.now();
        let claims = self.inner.access.check(token, now)?;
        self.inner.revocations.check(&claims)?;
        self.inner.touches.touch(claims.session, claims.generation, caller, now);
        Ok(claims)
    }

    /// Whether a token that was good when its request came is good still.
    pub fn check_again(&self, claims: &Claims) -> Result<(), TokenError> {
        if claims.expires_at <= self.inner.core.now() {
            return Err(TokenError::Expired);
        }
        self.inner.revocations.check(claims)
    }

    /// The claims of a session with the roles and the token version of now; none if it is over. No
    /// token is issued.
    pub async fn claims_of_now(&self, claims: &Claims) -> Result<Option<Claims>, ServiceError> {
        let found = self.inner.core.db.find_authority(claims.session, self.inner.core.now()).await?;
        Ok(found.map(|Authority { token_version, roles }| Claims { version: token_version, roles, ..claims.clone() }))
    }

    /// What issues and checks access tokens.
    pub(super) fn access_tokens(&self) -> &AccessTokens {
        &self.inner.access
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
        self.inner.lives.longest_access()
    }

    /// A session for a user whose password, of this epoch, was right.
    pub(super) fn prepare(
        &self,
        user: &User,
        password_epoch: i64,
        kind: SessionKind,
        caller: &Caller,
        arrival: Arrival,
        now: Timestamp,
    ) -> NewSession {
        let inner = &self.inner;
        let ends_at = now + inner.lives.session_ttl;
        let idle_until = ends_at.min(now + inner.lives.refresh_ttl);
        NewSession {
            id: inner.core.randomness.session_id(now),
            user_id: user.id,
            token_version: user.token_version,
            password_epoch,
            kind,
            network: caller.network.to_string(),
            agent: caller.agent.clone(),
            device_words: devices::normalized(&caller.agent),
            idle_until,
            ends_at,
            access_until: idle_until.min(now + inner.access_life(kind)),
            at_most: inner.lives.max_sessions,
            device: arrival.device,
            notice: arrival.notice,
            forgiven: arrival.forgiven,
            former: arrival.former,
        }
    }

    /// Starts a session for `user`, and ends the one that it takes the place of and those that are too many.
    pub(super) async fn start(
        &self,
        user: &User,
        session: NewSession,
        event: AuditEvent,
    ) -> Result<Tokens, ServiceError> {
        let (sessions, started, now) = (self.clone(), session.clone(), event.at);
        to_the_end(async move {
            let (id, user) = (started.id, started.user_id);
            let ended = sessions.inner.core.db.insert_session(started, event).await?;
            sessions.ended(&ended);
            sessions.inner.events.publish(now, id, user, SessionChange::Started);
            Ok(())
        })
        .await?;
        self.first_tokens(user, &session, now)
    }

    /// Changes a password by showing the one before; the new session takes the place of all. Answers the user
    /// as it is now.
    pub(super) async fn start_with_password(&self, own: OwnPassword) -> Result<(User, Tokens), ServiceError> {
        let sessions = self.clone();
        let (session, now) = (own.session.clone(), own.started.at);
        let (id, longest) = (session.id, self.longest_access());
        let user = to_the_end(async move {
            let (user, ended) = sessions.inner.core.db.change_own_password(own, longest).await?;
            sessions.ended(&ended);
            sessions.inner.events.publish(now, id, user.id, SessionChange::Started);
            Ok(user)
        })
        .await?;
        let tokens = self.first_tokens(&user, &session, now)?;
        Ok((user, tokens))
    }

    fn first_tokens(&self, user: &User, session: &NewSession, now: Timestamp) -> Result<Tokens, ServiceError> {
        let claims = Claims {
            user: user.id,
            session: session.id,
            generation: 0,
            version: user.token_version,
            roles: user.roles.clone(),
            issued_at: now,
            expires_at: session.access_until,
        };
        let tokens = self.inner.tokens(claims, session.idle_until);
        tokens.map_err(|_| ServiceError::Internal(StoreError::BrokenOff))
    }

    /// Renews by a refresh token, at the door that it came to. Concurrent renewals with one token
    /// are one flight, in a task of its own: a caller who leaves does not cancel it.
    pub async fn refresh(&self, text: &str, door: SessionKind, caller: &Caller) -> Result<Tokens, RefreshError> {
        let refreshed = match self.inner.refresh.read(text) {
            Ok(token) => self.board(token, door, caller).await,
            Err(_) => Err(RefreshError::Invalid),
        };
        if matches!(refreshed, Err(RefreshError::Invalid | RefreshError::Revoked)) {
            self.inner.events.count_refusal();
        }
        refreshed
    }

    /// The session that a genuine refresh token is of, whatever has become of it.
    pub fn of_token(&self, text: &str) -> Option<SessionId> {
        self.inner.refresh.read(text).ok().map(|token| token.session)
    }

    /// How often the session of a genuine refresh token had been refreshed when it was issued.
    pub fn generation_of(&self, text: &str) -> Option<i64> {
        self.inner.refresh.read(text).ok().map(|token| token.generation)
    }

    /// The user whose live session a genuine refresh token is of.
    pub async fn owner_of(&self, text: &str) -> Result<Option<UserId>, ServiceError> {
        let Some(id) = self.of_token(text) else { return Ok(None) };
        let session = self.inner.core.db.find_session(id).await?;
        Ok(session.filter(|session| session.ended_at.is_none()).map(|session| session.user_id))
    }

    fn board(&self, token: RefreshToken, door: SessionKind, caller: &Caller) -> Flight {
        let mut flights = self.inner.flights.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(flight) = flights.get(&(token, door)) {
            return flight.clone();
        }
        let (inner, caller) = (Arc::clone(&self.inner), caller.clone());
        let task = tokio::spawn(async move {
            // A panic is answered, too, and is not what the next caller finds.
            let renewal = AssertUnwindSafe(inner.renew(token, door, &caller)).catch_unwind();
            let landed = renewal.await.unwrap_or(Err(RefreshError::Internal));
            inner.flights.lock().unwrap_or_else(PoisonError::into_inner).remove(&(token, door));
            landed
        });
        let flight: Flight = task.map(|landed| landed.unwrap_or(Err(RefreshError::Internal))).boxed().shared();
        flights.insert((token, door), flight.clone());
        flight
    }

    /// Whether whoever has this session showed the password within the last ten minutes.
    pub async fn is_fresh(&self, id: SessionId) -> Result<bool, ServiceError> {
        let session = self.inner.core.db.find_session(id).await?;
        Ok(session.is_some_and(|session| self.inner.core.now().is_within(FRESH, session.authenticated_at)))
    }

    /// Notes that whoever has this session has just shown the password again.
    pub(super) async fn confirm(&self, id: SessionId, forgiven: Forgiven, event: AuditEvent) -> Result<(), StoreError> {
        self.inner.core.db.confirm_session(id, forgiven, event).await
    }

    /// How many live sessions a user has.
    pub async fn count_of(&self, user: UserId) -> Result<i64, ServiceError> {
        Ok(self.inner.core.db.count_live_sessions_of(user, self.inner.core.now()).await?)
    }
}

impl Inner {
    fn access_life(&self, kind: SessionKind) -> Duration {
        match kind {
            SessionKind::Browser => self.lives.access_ttl,
            SessionKind::Api => self.lives.api_ttl,
        }
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
        self.tokens(claims, session.idle_until).map_err(|_| RefreshError::Internal)
    }

    fn tokens(&self, claims: Claims, refresh_expires_at: Timestamp) -> Result<Tokens, TokenError> {
        let token = RefreshToken { session: claims.session, generation: claims.generation };
        let refresh = self.refresh.issue(token)?;
        let access = self.access.issue(claims, self.core.randomness.bytes())?;
        Ok(Tokens { access, refresh, refresh_expires_at })
    }
}
