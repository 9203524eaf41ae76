//! Signing in with a password.

use super::{
    Caller, Events, Letter, Lockout, ServiceError, Tokens, Users, Verdict,
    devices::{self, DeviceId},
    lockout::{self, Try},
    sessions::Arrival,
};
use crate::{
    model::{Identifier, Password, SessionKind, SignInError, User},
    server::store::{
        Action, Actor, Credentials, DeviceUse, KnownDevice, Purpose, Request, Scope, StoreError, epoch_of,
    },
};
use serde_json::json;

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
    /// For the device's cookie, where there is one.
    pub device: Option<DeviceId>,
}

/// How a sign-in goes on: a second factor will be one more step.
pub enum SignInStep {
    SignedIn(Box<SignedIn>),
}

/// Somebody whose password was right.
pub(super) struct Checked {
    pub user: User,
    pub credentials: Credentials,
    pub device: KnownDevice,
    /// Whether a new hash of the password should replace the one it was checked against.
    pub is_outdated: bool,
}

impl SignIn {
    pub(super) fn new(users: Users, lockout: Lockout, events: Events) -> Self {
        Self { users, lockout, events }
    }

    /// Whether this password is that person's, and if so, a new session.
    #[tracing::instrument(skip_all, fields(kind = %kind))]
    pub async fn sign_in(
        &self,
        identifier: Identifier,
        password: Password,
        kind: SessionKind,
        caller: &Caller,
    ) -> Result<SignInStep, SignInError> {
        let checked = self.check(&identifier, &password, caller).await?;
        let now = self.users.core().now();
        let refused = match () {
            () if checked.user.is_banned(now) => Some(SignInError::Banned),
            () if checked.user.email_verified_at.is_none() => Some(SignInError::Unverified),
            () => None,
        };
        if let Some(refused) = refused {
            let core = self.users.core();
            let mut event = core.event(caller, Action::SignInFailed, Actor::Anonymous, Some(checked.user.id));
            event.details = json!({ "reason": refused.to_string() });
            core.db.insert_audit(event).await.map_err(|error| refuse(error.into()))?;
            return Err(refused);
        }
        if checked.is_outdated {
            self.users.rehash(checked.user.id, &checked.credentials, password);
        }
        self.start(checked, kind, caller).await.map(|signed_in| SignInStep::SignedIn(Box::new(signed_in)))
    }

    /// Whether this password is that person's, by the one rule of lockout on every way in.
    ///
    /// A place among the hashes is taken first and the try is counted second, so that a refusal
    /// for want of room counts against nobody.
    pub(super) async fn check(
        &self,
        identifier: &Identifier,
        password: &Password,
        caller: &Caller,
    ) -> Result<Checked, SignInError> {
        let place = self.users.passwords().reserve(&caller.network).map_err(|_| SignInError::Busy)?;
        let known = self.users.find_with_credentials(identifier).await.map_err(refuse)?;
        let (user, credentials) = known.unzip();
        let credentials = credentials.flatten();
        let (device, scope) = self.scope(user.as_ref(), caller).await.map_err(refuse)?;
        let counted = match self.lockout.begin(identifier, scope).await.map_err(refuse)? {
            Ok(counted) => counted,
            Err(locked) => return Err(SignInError::Locked { retry_after: locked.retry_after.as_secs().max(1) }),
        };
        let hash = credentials.as_ref().filter(|credentials| credentials.has_hash());
        match place.verify(password.clone(), hash.map(|credentials| credentials.hash.as_str())).await {
            Err(busy) => {
                counted.unchecked(busy).await.map_err(refuse)?;
                Err(SignInError::Busy)
            }
            Ok(verdict @ (Verdict::Wrong | Verdict::Unusable(_))) => {
                if let (Verdict::Unusable(why), Some(user)) = (verdict, &user) {
                    let user = user.id;
                    tracing::error!(%user, %why, "nobody can sign in with this user's password hash: set a new password");
                }
                self.failed(user.as_ref(), credentials.as_ref(), &counted, caller).await.map_err(refuse)?;
                Err(SignInError::Invalid)
            }
            Ok(Verdict::Right { is_outdated }) => {
                counted.succeeded().await.map_err(refuse)?;
                let (user, credentials) = user.zip(credentials).ok_or(SignInError::Invalid)?;
                Ok(Checked { user, credentials, device, is_outdated })
            }
        }
    }

    /// Starts a session for somebody whose password was right. On a device that was not seen before
    /// the owner is told, unless this is the account's first sign-in.
    pub(super) async fn start(
        &self,
        checked: Checked,
        kind: SessionKind,
        caller: &Caller,
    ) -> Result<SignedIn, SignInError> {
        let Checked { user, credentials, device: known, .. } = checked;
        let core = self.users.core();
        let device = (kind == SessionKind::Browser).then(|| match (&caller.device, known) {
            (Some(device), KnownDevice::Trusted) => device.clone(),
            // Never an id that came from elsewhere, which somebody may have planted, nor one from before
            // the password was changed, of which somebody may have a copy.
            _ => DeviceId::make(&core.randomness),
        });
        let is_new = user.last_sign_in_at.is_some() && self.is_new(&user, kind, known, caller).await.map_err(refuse)?;
        let arrival = Arrival {
            device: device.as_ref().map(|device| self.use_of(device, caller)),
            notice: is_new.then(|| {
                let letter = Letter::NewDevice {
                    device: devices::in_words(&caller.agent),
                    network: caller.network.to_string(),
                    forgot_password: core.links.page("/forgot-password"),
                };
                core.mail.notice(&user.email, &letter)
            }),
        };
        let event = core.event(caller, Action::SignedIn, Actor::User(user.id), Some(user.id));
        let tokens = self.users.sessions().start(&user, credentials.epoch, kind, caller, arrival, event).await;
        let tokens = tokens.map_err(refuse)?;
        core.mail.wake();
        Ok(SignedIn { user, tokens, device })
    }

    /// Whether the owner should be told: of a browser that was not seen before, or a program from a
    /// network that was not.
    async fn is_new(
        &self,
        user: &User,
        kind: SessionKind,
        known: KnownDevice,
        caller: &Caller,
    ) -> Result<bool, ServiceError> {
        match kind {
            SessionKind::Browser => Ok(known == KnownDevice::No),
            SessionKind::Api => {
                Ok(!self.users.core().db.has_session_from(user.id, caller.network.as_str().to_owned()).await?)
            }
        }
    }

    fn use_of(&self, device: &DeviceId, caller: &Caller) -> DeviceUse {
        let keys = &self.users.core().keys;
        let before = caller.device.as_ref().filter(|before| *before != device);
        DeviceUse {
            device: keys.device_digest(device.expose()),
            replaces: before.map(|before| keys.device_digest(before.expose())),
        }
    }

    async fn scope(&self, user: Option<&User>, caller: &Caller) -> Result<(KnownDevice, Scope), ServiceError> {
        let network = Scope::Network(caller.network.to_string());
        let (Some(user), Some(device)) = (user, &caller.device) else { return Ok((KnownDevice::No, network)) };
        let core = self.users.core();
        let digest = core.keys.device_digest(device.expose());
        let known = core.db.find_device(&digest, user.id).await?;
        Ok((known, if known == KnownDevice::Trusted { Scope::Device(digest) } else { network }))
    }

    /// Writes the failure down. One that locks mails the owner a link that opens, unless one is out.
    async fn failed(
        &self,
        user: Option<&User>,
        credentials: Option<&Credentials>,
        counted: &Try,
        caller: &Caller,
    ) -> Result<(), ServiceError> {
        self.events.count_refusal();
        let core = self.users.core();
        let action = if counted.locks { Action::LockSet } else { Action::SignInFailed };
        let event = core.event(caller, action, Actor::Anonymous, user.map(|user| user.id));
        let now = event.at;
        match user.filter(|_| counted.locks) {
            None => core.db.insert_audit(event).await?,
            Some(user) => {
                let link = core.links.for_user(Purpose::Unlock, user, epoch_of(credentials), now);
                let mail = core.mail.notice(&user.email, &Letter::Locked { link: link.url });
                let request = Request { secret: Some(link.secret), mail };
                core.db.request_once(request, now + lockout::WINDOW, event, now).await?;
                core.mail.wake();
            }
        }
        Ok(())
    }
}

/// The cause goes to the log; the person learns only whether to try again.
pub(super) fn refuse(error: ServiceError) -> SignInError {
    match error {
        ServiceError::Unavailable(_) => SignInError::Busy,
        // Banned, deleted or given another password while the old one was being checked.
        ServiceError::Internal(StoreError::Missing) => SignInError::Invalid,
        other => {
            tracing::error!(cause = ?other, "sign-in failed");
            SignInError::Internal
        }
    }
}
