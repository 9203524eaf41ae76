//! Signs users in with a password.

mod check;
mod chosen;

use super::{
    Authenticated, Caller, Events, MailTemplate, ServiceError, Tokens, UserError, UserService,
    devices::{self, Device, DeviceId},
    lockout::Try,
    sessions::Arrival,
};
use crate::{
    model::{Identifier, Password, SessionKind, SignInError, Timestamp, User},
    server::{
        domain::{Actor, AuditAction},
        store::{Credentials, DeviceUse, Forgiven, FormerSession, KnownDevice, OwnPassword, StoreError},
    },
};
use check::Known;
pub use chosen::ChosenPassword;
use serde_json::json;

/// Verifies passwords and starts sessions.
#[derive(Clone)]
pub struct SignInService {
    users: UserService,
    events: Events,
}

/// The result of a sign-in.
pub struct SignedIn {
    pub user: User,
    pub tokens: Tokens,
    /// The id for the device cookie; browsers only.
    pub device: Option<DeviceId>,
}

/// The next step of a sign-in. A second factor will add a step.
pub enum SignInStep {
    SignedIn(Box<SignedIn>),
}

/// How often a sign-in is retried because the user was changed while the password was checked.
const ROUNDS: usize = 8;

/// A user whose password was right. The attempt counts as a failure until the sign-in completes.
pub(super) struct Checked {
    pub user: User,
    credentials: Credentials,
    device: Device,
    /// Whether a new hash of the password should replace the one it was checked against.
    is_outdated: bool,
    counted: Try,
}

impl Checked {
    /// Returns what to forgive in the transaction that completes the sign-in.
    pub(super) fn forgiven(&self) -> Forgiven {
        self.counted.forgiven()
    }

    /// Takes the attempt back if nothing came of it: a right password is no failure.
    pub(super) async fn uncount(self) {
        if let Err(error) = self.counted.uncount().await {
            tracing::warn!(cause = ?error, "can't clear the failed attempts after a correct password");
        }
    }
}

impl SignInService {
    pub(super) fn new(users: UserService, events: Events) -> Self {
        Self { users, events }
    }

    /// Signs in by the form. The browser's former session ends in the same transaction (OWASP ASVS 7.2.4).
    pub async fn in_browser(
        &self,
        identifier: Identifier,
        password: Password,
        former: Option<Authenticated>,
        caller: &Caller,
    ) -> Result<SignInStep, SignInError> {
        self.sign_in(&identifier, &password, SessionKind::Browser, former.as_ref(), caller).await
    }

    /// Signs in by REST.
    pub async fn by_api(
        &self,
        identifier: Identifier,
        password: Password,
        caller: &Caller,
    ) -> Result<SignInStep, SignInError> {
        self.sign_in(&identifier, &password, SessionKind::Api, None, caller).await
    }

    /// Verifies the password and starts a session.
    #[tracing::instrument(skip_all, fields(kind = %kind))]
    async fn sign_in(
        &self,
        identifier: &Identifier,
        password: &Password,
        kind: SessionKind,
        former: Option<&Authenticated>,
        caller: &Caller,
    ) -> Result<SignInStep, SignInError> {
        let mut checked = self.check(identifier, password, caller).await?;
        for _ in 0..ROUNDS {
            if let Some(refusal) = refusal(&checked.user, self.users.core().now()) {
                return Err(self.turn_away(&checked, refusal, caller).await);
            }
            match self.start(&checked, kind, former, caller).await {
                Ok(signed_in) => {
                    if checked.is_outdated {
                        self.users.rehash(checked.user.id, &checked.credentials, password.clone());
                    }
                    return Ok(SignInStep::SignedIn(Box::new(signed_in)));
                }
                // The user got other roles or another password, signed out everywhere, or was banned or
                // deleted meanwhile.
                Err(ServiceError::Internal(StoreError::Missing)) => {
                    checked = self.check_again(checked, identifier, password, caller).await?;
                }
                Err(error) => {
                    checked.uncount().await;
                    return Err(refuse(error));
                }
            }
        }
        checked.uncount().await;
        Err(SignInError::Busy)
    }

    /// Records why a right password did not sign in.
    async fn turn_away(&self, checked: &Checked, refusal: SignInError, caller: &Caller) -> SignInError {
        let core = self.users.core();
        let mut event = core.event(caller, AuditAction::SignInFailed, Actor::Anonymous, Some(checked.user.id));
        event.details = json!({ "reason": refusal.to_string() });
        match core.db.forgive_tries(checked.forgiven(), event).await {
            Ok(()) => refusal,
            Err(error) => refuse(error.into()),
        }
    }

    async fn start(
        &self,
        checked: &Checked,
        kind: SessionKind,
        former: Option<&Authenticated>,
        caller: &Caller,
    ) -> Result<SignedIn, ServiceError> {
        let (core, user) = (self.users.core(), &checked.user);
        let (device, mut arrival) = self.arrival(checked, kind, caller).await?;
        arrival.former = former.map(|Authenticated { claims, .. }| FormerSession {
            id: claims.session,
            user: claims.user,
            event: core.event(caller, AuditAction::SignedOut, Actor::User(claims.user), Some(claims.user)),
        });
        let event = core.event(caller, AuditAction::SignedIn, Actor::User(user.id), Some(user.id));
        let sessions = self.users.sessions();
        let session = sessions.prepare(user, checked.credentials.epoch, kind, caller, arrival, event.at);
        let tokens = sessions.start(user, session, event).await?;
        core.mail.wake();
        Ok(SignedIn { user: user.clone(), tokens, device })
    }

    /// Changes the password of a user who has just shown the current one. Every session ends, and a new one
    /// of the same kind starts.
    pub(super) async fn change_password(
        &self,
        checked: Checked,
        hash: String,
        who: &Authenticated,
        caller: &Caller,
    ) -> Result<SignedIn, UserError> {
        let (core, sessions) = (self.users.core(), self.users.sessions());
        let device = Device { known: KnownDevice::Former, ..checked.device };
        let checked = Checked { device, ..checked };
        let user = &checked.user;
        let (device, arrival) = self.arrival(&checked, who.kind, caller).await?;
        let changed = core.event(caller, AuditAction::PasswordChanged, who.actor(), Some(user.id));
        let started = core.event(caller, AuditAction::SignedIn, Actor::User(user.id), Some(user.id));
        let session = sessions.prepare(user, checked.credentials.epoch, who.kind, caller, arrival, started.at);
        let notice = self.users.password_notice(user, caller);
        match sessions.start_with_password(OwnPassword { hash, notice, changed, session, started }).await {
            Ok((user, tokens)) => {
                self.users.changed(&[]).await;
                Ok(SignedIn { user, tokens, device })
            }
            Err(error) => {
                checked.uncount().await;
                Err(match error {
                    // The user was deleted or got another password in the meantime.
                    ServiceError::Internal(StoreError::Missing) => UserError::Missing,
                    other => other.into(),
                })
            }
        }
    }

    /// Describes the device of a new session. The owner gets a mail about a new device, except at the
    /// account's first sign-in.
    async fn arrival(
        &self,
        checked: &Checked,
        kind: SessionKind,
        caller: &Caller,
    ) -> Result<(Option<DeviceId>, Arrival), ServiceError> {
        let (core, user) = (self.users.core(), &checked.user);
        // Never reuses an id that someone may have planted, nor one from before the last password change,
        // which someone may have copied.
        let trusted = || checked.device.trusted().cloned().unwrap_or_else(|| DeviceId::make(&core.randomness));
        let device = (kind == SessionKind::Browser).then(trusted);
        let is_new = user.last_sign_in_at.is_some() && self.is_new(user, kind, checked.device.known, caller).await?;
        let notice = is_new.then(|| {
            let (not_me, link) = core.links.not_me(user, core.now());
            let template = MailTemplate::NewDevice {
                device: devices::in_words(&caller.agent),
                network: caller.network.to_string(),
                at: core.now(),
                not_me,
            };
            (core.mail.notice(&user.email, &template), link)
        });
        let remembered = device.as_ref().map(|device| self.use_of(device, checked));
        Ok((device, Arrival { device: remembered, notice, forgiven: Some(checked.forgiven()), former: None }))
    }

    /// Returns whether to notify the owner: the browser, or for the API the network, was not seen before.
    async fn is_new(
        &self,
        user: &User,
        kind: SessionKind,
        known: KnownDevice,
        caller: &Caller,
    ) -> Result<bool, ServiceError> {
        match kind {
            SessionKind::Browser => Ok(known == KnownDevice::No),
            SessionKind::Api | SessionKind::Key => {
                Ok(!self.users.core().db.has_session_from(user.id, caller.network.as_str().to_owned()).await?)
            }
        }
    }

    fn use_of(&self, device: &DeviceId, checked: &Checked) -> DeviceUse {
        let keys = &self.users.core().keys;
        let before = checked.device.id.as_ref().filter(|before| *before != device);
        DeviceUse {
            device: keys.device_digest(device.expose()),
            replaces: before.map(|before| keys.device_digest(before.expose())),
        }
    }
}

/// Returns why a user with the right password may not sign in.
fn refusal(user: &User, now: Timestamp) -> Option<SignInError> {
    match () {
        () if user.is_banned(now) => Some(SignInError::Banned { until: user.banned_until }),
        () if user.email_verified_at.is_none() => Some(SignInError::Unverified),
        () => None,
    }
}

/// Logs the cause; the caller learns only whether to try again.
pub(super) fn refuse(error: ServiceError) -> SignInError {
    match error {
        ServiceError::Unavailable(_) => SignInError::Busy,
        // The address was given to another user while the password was checked.
        ServiceError::Internal(StoreError::Missing) => SignInError::Invalid,
        other => {
            tracing::error!(cause = ?other, "sign-in failed");
            SignInError::Internal
        }
    }
}
