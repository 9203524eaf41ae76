//! Signing in with a password.

use super::{Caller, Counters, Events, Lockout, ServiceError, Tokens, Users, events::SessionChange, lockout::Try};
use crate::{
    model::{Identifier, Password, SessionKind, SignInError, User},
    server::store::{Action, Actor, Credentials},
};
use serde_json::json;
use std::sync::atomic::Ordering;

/// Checks passwords and starts sessions.
#[derive(Clone)]
pub struct SignIn {
    users: Users,
    lockout: Lockout,
    events: Events,
}

/// Somebody has signed in.
pub struct SignedIn {
    pub user: User,
    pub tokens: Tokens,
}

/// How a sign-in goes on: a second factor will be one more step.
pub enum SignInStep {
    SignedIn(Box<SignedIn>),
}

impl SignIn {
    pub(super) fn new(users: Users, lockout: Lockout, events: Events) -> Self {
        Self { users, lockout, events }
    }

    /// Whether this password is that person's, and if so, a new session.
    ///
    /// A place among the hashes is taken first and the try is counted second, so that a refusal
    /// for want of room counts against nobody.
    #[tracing::instrument(skip_all, fields(kind = %kind))]
    pub async fn sign_in(
        &self,
        identifier: Identifier,
        password: Password,
        kind: SessionKind,
        caller: &Caller,
    ) -> Result<SignInStep, SignInError> {
        let place = self.users.passwords().reserve().map_err(|_| SignInError::Busy)?;
        let counted = self.lockout.begin(&identifier, &caller.network).await.map_err(refuse)?;
        let counted = match counted {
            Ok(counted) => counted,
            Err(locked) => return Err(SignInError::Locked { retry_after: locked.retry_after.as_secs().max(1) }),
        };
        let known = self.users.find_with_credentials(&identifier).await.map_err(refuse)?;
        let (user, credentials) = known.unzip();
        let credentials = credentials.flatten();
        let hash = credentials.as_ref().map(|credentials| credentials.hash.clone());
        match place.verify(password.clone(), hash).await {
            Err(busy) => {
                counted.unchecked(busy).await.map_err(refuse)?;
                Err(SignInError::Busy)
            }
            Ok(false) => self.failed(user.as_ref(), &counted, caller).await,
            Ok(true) => {
                counted.succeeded().await.map_err(refuse)?;
                let (user, credentials) = user.zip(credentials).ok_or(SignInError::Invalid)?;
                self.succeeded(user, &credentials, password, kind, caller).await
            }
        }
    }

    async fn failed(&self, user: Option<&User>, counted: &Try, caller: &Caller) -> Result<SignInStep, SignInError> {
        let counters: &Counters = self.events.counters();
        counters.failed_sign_ins.fetch_add(1, Ordering::Relaxed);
        let action = if counted.locks { Action::LockSet } else { Action::SignInFailed };
        let event = self.users.event(caller, action, Actor::Anonymous, user.map(|user| user.id));
        self.users.db().insert_audit(event).await.map_err(|error| refuse(error.into()))?;
        Err(SignInError::Invalid)
    }

    async fn succeeded(
        &self,
        user: User,
        credentials: &Credentials,
        password: Password,
        kind: SessionKind,
        caller: &Caller,
    ) -> Result<SignInStep, SignInError> {
        let now = self.users.now();
        let refused = match () {
            () if user.is_banned(now) => Some(SignInError::Banned),
            () if user.email_verified_at.is_none() => Some(SignInError::Unverified),
            () => None,
        };
        if let Some(refused) = refused {
            let mut event = self.users.event(caller, Action::SignInFailed, Actor::Anonymous, Some(user.id));
            event.details = json!({ "reason": refused.to_string() });
            self.users.db().insert_audit(event).await.map_err(|error| refuse(error.into()))?;
            return Err(refused);
        }
        self.users.rehash_if_outdated(user.id, credentials, password);
        let event = self.users.event(caller, Action::SignedIn, Actor::User(user.id), Some(user.id));
        let tokens =
            self.users.sessions().start(&user, credentials.epoch, kind, caller, event).await.map_err(refuse)?;
        let claims = &tokens.access.claims;
        self.events.publish(now, claims.session, user.id, SessionChange::Started);
        Ok(SignInStep::SignedIn(Box::new(SignedIn { user, tokens })))
    }
}

/// The cause goes to the log; the person learns only whether to try again.
fn refuse(error: ServiceError) -> SignInError {
    match error {
        ServiceError::Unavailable(_) => SignInError::Busy,
        // Banned, deleted or given another password while the old one was being checked.
        ServiceError::Internal(crate::server::store::StoreError::Missing) => SignInError::Invalid,
        other => {
            tracing::error!(cause = ?other, "sign-in failed");
            SignInError::Internal
        }
    }
}
