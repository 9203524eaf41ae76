//! Verifies passwords, with one lockout rule for every kind of sign-in.

use super::{Checked, SignInService, refuse};
use crate::{
    model::{Identifier, Password, SignInError, User, UserId},
    server::{
        domain::{Actor, AuditAction, SecretPurpose},
        services::{
            Caller, MailTemplate, ServiceError, Verdict,
            devices::Device,
            lockout::{self, Try},
            passwords::Place,
        },
        store::{Credentials, Request, Scope, epoch_of},
    },
};

/// The user that an identifier names, and the scope that an attempt is counted under.
pub(super) struct Known {
    pub user: Option<User>,
    pub credentials: Option<Credentials>,
    pub device: Device,
    pub scope: Scope,
}

impl SignInService {
    /// Verifies a password under the lockout rule.
    ///
    /// It reserves a place in the hashing queue before it counts the attempt, so that a full queue costs
    /// no one an attempt.
    pub(in crate::server::services) async fn check(
        &self,
        identifier: &Identifier,
        password: &Password,
        caller: &Caller,
    ) -> Result<Checked, SignInError> {
        let place = self.users.passwords().reserve(&caller.network).map_err(|_| SignInError::Busy)?;
        let known = self.find(identifier, caller).await.map_err(refuse)?;
        let owner = known.user.as_ref().map(|user| user.id);
        let counted = match self.count(identifier, known.scope.clone(), owner).await {
            Err(locked @ SignInError::Locked { .. }) => {
                Box::pin(self.record_locked(owner, &locked, caller)).await.map_err(refuse)?;
                return Err(locked);
            }
            counted => counted?,
        };
        self.verify(place, known, password, counted, caller).await
    }

    /// Records an attempt on a locked name.
    async fn record_locked(
        &self,
        owner: Option<UserId>,
        locked: &SignInError,
        caller: &Caller,
    ) -> Result<(), ServiceError> {
        let core = self.users.core();
        let mut event = core.event(caller, AuditAction::SignInFailed, Actor::Anonymous, owner);
        event.details["reason"] = locked.to_string().into();
        Ok(core.db.insert_audit(event).await?)
    }

    /// Counts an attempt, unless the pair is locked.
    pub(super) async fn count(
        &self,
        identifier: &Identifier,
        scope: Scope,
        owner: Option<UserId>,
    ) -> Result<Try, SignInError> {
        let counted = self.users.lockout().begin(identifier, scope, owner).await.map_err(refuse)?;
        counted.map_err(|locked| SignInError::Locked { retry_after: locked.retry_after.as_secs().max(1) })
    }

    /// Checks again after the user was changed. The attempt is counted already, and the password is hashed
    /// again only if it may have changed.
    pub(super) async fn check_again(
        &self,
        checked: Checked,
        identifier: &Identifier,
        password: &Password,
        caller: &Caller,
    ) -> Result<Checked, SignInError> {
        let known = match self.find(identifier, caller).await {
            Ok(known) => known,
            Err(error) => {
                checked.uncount().await;
                return Err(refuse(error));
            }
        };
        let is_same_password = |user: &User, credentials: &Credentials| {
            user.id == checked.user.id && credentials.epoch == checked.credentials.epoch
        };
        match known {
            Known { user: Some(user), credentials: Some(credentials), device, .. }
                if is_same_password(&user, &credentials) =>
            {
                return Ok(Checked { user, credentials, device, ..checked });
            }
            known => {
                if let Ok(place) = self.users.passwords().reserve(&caller.network) {
                    return self.verify(place, known, password, checked.counted, caller).await;
                }
            }
        }
        checked.uncount().await;
        Err(SignInError::Busy)
    }

    async fn verify(
        &self,
        place: Place<'_>,
        known: Known,
        password: &Password,
        counted: Try,
        caller: &Caller,
    ) -> Result<Checked, SignInError> {
        let Known { user, credentials, device, .. } = known;
        let hash = credentials.as_ref().filter(|credentials| credentials.has_hash());
        match place.verify(password.clone(), hash.map(|credentials| credentials.hash.as_str())).await {
            Err(_) => {
                counted.uncount().await.map_err(refuse)?;
                Err(SignInError::Busy)
            }
            Ok(verdict @ (Verdict::Wrong | Verdict::Unusable(_))) => {
                if let (Verdict::Unusable(why), Some(user)) = (verdict, &user) {
                    let user = user.id;
                    tracing::error!(%user, %why, "the password hash of this user is unusable: set a new password");
                }
                self.failed(user.as_ref(), credentials.as_ref(), &counted, caller).await.map_err(refuse)?;
                Err(SignInError::Invalid)
            }
            Ok(Verdict::Right { is_outdated }) => {
                let (user, credentials) = user.zip(credentials).ok_or(SignInError::Invalid)?;
                Ok(Checked { user, credentials, device, is_outdated, counted })
            }
        }
    }

    pub(super) async fn find(&self, identifier: &Identifier, caller: &Caller) -> Result<Known, ServiceError> {
        let (user, credentials) = self.users.find_with_credentials(identifier).await?.unzip();
        let (device, scope) = self.scope(user.as_ref(), caller).await?;
        Ok(Known { user, credentials: credentials.flatten(), device, scope })
    }

    /// Returns the caller's device and the scope that attempts are counted under.
    async fn scope(&self, user: Option<&User>, caller: &Caller) -> Result<(Device, Scope), ServiceError> {
        let core = self.users.core();
        // Looked up for unknown names too: the caller decides how many ids come, and timing must reveal nothing.
        let device = core.device(self.users.id_or_random(user), caller).await?;
        let scope = match device.trusted() {
            Some(id) => Scope::Device(core.keys.device_digest(id.expose())),
            None => Scope::Network(caller.network.to_string()),
        };
        Ok((device, scope))
    }

    /// Records a failed attempt. If it locks the pair, the owner gets a link to unlock, unless a recent one
    /// is still valid.
    async fn failed(
        &self,
        user: Option<&User>,
        credentials: Option<&Credentials>,
        counted: &Try,
        caller: &Caller,
    ) -> Result<(), ServiceError> {
        self.events.count_rejection();
        let core = self.users.core();
        let action = if counted.locks { AuditAction::LockSet } else { AuditAction::SignInFailed };
        let event = core.event(caller, action, Actor::Anonymous, user.map(|user| user.id));
        let now = event.at;
        match user.filter(|_| counted.locks) {
            None => core.db.insert_audit(event).await?,
            Some(user) => {
                let link = core.links.for_user(SecretPurpose::Unlock, user, epoch_of(credentials), now);
                let mail = core.mail.notice(&user.email, &MailTemplate::Locked { link: link.url });
                let request = Request { secret: Some(link.secret), mail };
                core.db.request_once(request, now + lockout::WINDOW, event, now).await?;
                core.mail.wake();
            }
        }
        Ok(())
    }
}
