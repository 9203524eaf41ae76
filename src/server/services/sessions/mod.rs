//! Sessions: sign-in starts them, refresh tokens extend them, and many events end them.

mod ending;
mod refresh;

use super::{
    Caller, Core, Events, Jobs, ServiceError, devices, to_the_end,
    tokens::{AccessTokens, Claims, Issued, LastSeenRecorder, RefreshToken, RefreshTokens, Revocations, TokenError},
};
use crate::{
    model::{SessionId, SessionKind, Timestamp, User, UserId},
    server::{
        domain::{AuditEvent, Session, SessionChange},
        settings::{self, Settings},
        store::{
            Authority, DeviceUse, Forgiven, FormerSession, NewMail, NewNotMeLink, NewSession, OwnPassword, Rotated,
            StoreError,
        },
    },
};
use futures::future::{BoxFuture, Shared};
pub use refresh::RefreshError;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

/// Starts, refreshes and ends sessions.
#[derive(Clone)]
pub struct SessionService {
    inner: Arc<Inner>,
}

struct Inner {
    core: Arc<Core>,
    access: AccessTokens,
    refresh: RefreshTokens,
    revocations: Revocations,
    last_seen: LastSeenRecorder,
    events: Events,
    lives: settings::Tokens,
    /// In-flight refreshes by token and session kind: a request of the wrong kind must not fail the right
    /// one's callers.
    flights: Mutex<HashMap<(RefreshToken, SessionKind), InFlight>>,
}

type InFlight = Shared<BoxFuture<'static, Result<Tokens, RefreshError>>>;

/// The tokens a client receives: an access token, and the refresh token of its generation.
#[derive(Clone)]
pub struct Tokens {
    pub access: Issued,
    pub refresh: String,
    /// When the refresh token expires, and with it the cookies.
    pub refresh_expires_at: Timestamp,
}

/// What a sign-in adds to its new session: device, notice, cleared failures and the former session.
#[derive(Debug, Clone, Default)]
pub struct Arrival {
    pub device: Option<DeviceUse>,
    /// The mail to the owner if the device is new, and the link in it.
    pub notice: Option<(NewMail, NewNotMeLink)>,
    /// The failures that the right password clears.
    pub forgiven: Option<Forgiven>,
    /// The session that the same browser held until now.
    pub former: Option<FormerSession>,
}

/// How long a sign-in counts as fresh.
const FRESH: Duration = Duration::from_mins(10);

impl SessionService {
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
            last_seen: LastSeenRecorder::start(core.db.clone(), events.clone(), jobs),
            core,
            revocations,
            events,
            lives: settings.tokens.clone(),
            flights: Mutex::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Checks an access token without a query, and records that the session was seen.
    pub fn check(&self, token: &str, caller: &Caller) -> Result<Claims, TokenError> {
        let now = self.inner.core.now();
        let claims = self.inner.access.check(token, now)?;
        self.inner.revocations.check(&claims)?;
        self.inner.last_seen.record_use(claims.session, claims.generation, caller, now);
        Ok(claims)
    }

    /// Checks again a token that was valid when its request arrived.
    pub fn check_again(&self, claims: &Claims) -> Result<(), TokenError> {
        if claims.expires_at <= self.inner.core.now() {
            return Err(TokenError::Expired);
        }
        self.inner.revocations.check(claims)
    }

    /// Returns the claims with the current roles and token version, without issuing a token; `None` if the
    /// session has ended.
    pub async fn claims_of_now(&self, claims: &Claims) -> Result<Option<Claims>, ServiceError> {
        let found = self.inner.core.db.find_authority(claims.session, self.inner.core.now()).await?;
        Ok(found.map(|Authority { token_version, roles }| Claims { version: token_version, roles, ..claims.clone() }))
    }

    /// Returns the issuer and verifier of access tokens.
    pub(super) fn access_tokens(&self) -> &AccessTokens {
        &self.inner.access
    }

    /// Returns the revocations known to this node.
    pub fn revocations(&self) -> &Revocations {
        &self.inner.revocations
    }

    /// Returns the writer of last-seen updates.
    pub fn last_seen(&self) -> &LastSeenRecorder {
        &self.inner.last_seen
    }

    /// Returns the longest lifetime of an access token under the current settings.
    pub fn longest_access(&self) -> Duration {
        self.inner.lives.longest_access()
    }

    /// Prepares a session for a user whose password was right. `password_epoch` is the epoch of that
    /// password.
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

    /// Starts a session for `user`. Ends the session it replaces, and the least recently seen ones above the limit.
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

    /// Changes the user's own password and replaces all sessions with a new one. Returns the user as it is
    /// now.
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
            roles: user.roles_at(now),
            issued_at: now,
            expires_at: session.access_until,
        };
        let tokens = self.inner.tokens(claims, session.idle_until);
        tokens.map_err(|_| ServiceError::Internal(StoreError::BrokenOff))
    }

    /// Returns whether the session's user entered the password within the last ten minutes. An API key is never fresh.
    pub async fn is_fresh(&self, id: SessionId) -> Result<bool, ServiceError> {
        let session = self.inner.core.db.find_session(id).await?;
        let now = self.inner.core.now();
        let is_fresh =
            |session: Session| session.kind != SessionKind::Key && now.is_within(FRESH, session.authenticated_at);
        Ok(session.is_some_and(is_fresh))
    }

    /// Records that the session's user has just entered the password again. Last-seen updates that came before are
    /// written first: they would raise the risk signal again.
    pub(super) async fn confirm(&self, id: SessionId, forgiven: Forgiven, event: AuditEvent) -> Result<(), StoreError> {
        self.inner.last_seen.flush().await;
        self.inner.core.db.confirm_session(id, forgiven, event).await
    }

    /// Returns how many live sessions a user has.
    pub async fn count_of(&self, user: UserId) -> Result<i64, ServiceError> {
        Ok(self.inner.core.db.count_live_sessions_of(user, self.inner.core.now()).await?)
    }
}

impl Inner {
    fn access_life(&self, kind: SessionKind) -> Duration {
        match kind {
            SessionKind::Browser => self.lives.access_ttl,
            // An API key has no access tokens.
            SessionKind::Api | SessionKind::Key => self.lives.api_ttl,
        }
    }

    fn issue_tokens(&self, rotated: Rotated, now: Timestamp, access_until: Timestamp) -> Result<Tokens, RefreshError> {
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
