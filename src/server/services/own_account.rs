//! Changes that signed-in users make to their own account.

use super::{
    Authenticated, Caller, Link, MailBudget, MailTemplate, ServiceError, SignInService, SignedIn, UserError,
    UserService, links,
    sign_in::{Checked, refuse},
};
use crate::{
    model::{Account, Email, Identifier, NotAPassword, Page, Password, PendingEmail, SignInError, Timestamp, User},
    server::{
        domain::{Actor, AuditAction, OwnData, SecretPurpose, UserChange},
        settings,
        store::{EmailChange, Request, StoreError, epoch_of},
    },
};

/// How many sessions, and how many events, a user downloads at most: the latest.
const MOST: i64 = 10_000;

/// Account changes that need the password or a recent sign-in.
#[derive(Clone)]
pub struct OwnAccountService {
    users: UserService,
    sign_in: SignInService,
    settings: settings::Accounts,
}

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum OwnAccountError {
    #[error("Incorrect password")]
    WrongPassword,
    /// The password could not be checked, or the account may not sign in.
    #[error(transparent)]
    SignIn(SignInError),
    /// The new password is not acceptable.
    #[error(transparent)]
    Unfit(#[from] NotAPassword),
    /// The sign-in is not recent enough.
    #[error("Fresh sign-in required")]
    NotFresh,
    #[error("Email addresses of this domain are not allowed")]
    OtherDomain,
    #[error(transparent)]
    User(#[from] UserError),
}

impl From<SignInError> for OwnAccountError {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Invalid => Self::WrongPassword,
            other => Self::SignIn(other),
        }
    }
}

impl From<ServiceError> for OwnAccountError {
    fn from(error: ServiceError) -> Self {
        Self::User(UserError::Service(error))
    }
}

impl From<StoreError> for OwnAccountError {
    fn from(error: StoreError) -> Self {
        Self::User(error.into())
    }
}

impl OwnAccountService {
    pub(super) fn new(users: UserService, sign_in: SignInService, settings: settings::Accounts) -> Self {
        Self { users, sign_in, settings }
    }

    /// Returns whether this session signed in recently enough for sensitive changes.
    pub async fn is_fresh(&self, who: &Authenticated) -> Result<bool, ServiceError> {
        self.users.sessions().is_fresh(who.claims.session).await
    }

    /// Returns the user's account, or `None` if it is gone.
    pub async fn show(&self, who: &Authenticated) -> Result<Option<Account>, ServiceError> {
        let (user, is_fresh, sessions, pending, email_frozen_until) = tokio::try_join!(
            self.users.find(who.claims.user),
            self.is_fresh(who),
            self.users.sessions().count_of(who.claims.user),
            self.pending_email(who),
            self.email_frozen_until(who),
        )?;
        let pending_email =
            pending.map(|(address, ends_at)| PendingEmail { address: address.as_str().to_owned(), ends_at });
        Ok(user.map(|user| Account {
            name: user.name.as_str().to_owned(),
            picture: user.picture_address(),
            username: user.username.map(|name| name.as_str().to_owned()),
            email: user.email.as_str().to_owned(),
            is_email_confirmed: user.email_verified_at.is_some(),
            pending_email,
            email_frozen_until,
            is_fresh,
            sessions: usize::try_from(sessions).unwrap_or(0),
            now: self.users.core().now(),
        }))
    }

    /// Verifies the password again, which makes the session freshly signed in.
    pub async fn confirm(&self, who: &Authenticated, password: &str, caller: &Caller) -> Result<(), OwnAccountError> {
        let user = self.find(who).await?;
        let checked = self.check(&user, password, caller).await?;
        let event = self.users.core().event(caller, AuditAction::SessionConfirmed, who.actor(), Some(user.id));
        Ok(self.users.sessions().confirm(who.claims.session, checked.forgiven(), event).await?)
    }

    /// Changes the password, ends every session and starts a new one of the same kind.
    pub async fn change_password(
        &self,
        who: &Authenticated,
        current: &str,
        new: &str,
        caller: &Caller,
    ) -> Result<SignedIn, OwnAccountError> {
        let user = self.find(who).await?;
        // Checked first, so that an unacceptable new password costs no attempt.
        let new = self.users.choose_password(&user, new)?;
        let checked = self.check(&user, current, caller).await?;
        match self.users.hash(new, caller).await {
            Ok(hash) => Ok(Box::pin(self.sign_in.change_password(checked, hash, who, caller)).await?),
            Err(error) => {
                checked.uncount().await;
                Err(error.into())
            }
        }
    }

    /// Mails a confirmation link to the new address, and a link that stops the change to the current one. The
    /// change ends with the session that requested it. If the new address is taken, the change waits for it all
    /// the same, but its owner gets another mail, without the link.
    pub async fn change_email(
        &self,
        who: &Authenticated,
        email: &Email,
        caller: &Caller,
    ) -> Result<(), OwnAccountError> {
        self.require_fresh(who).await?;
        if !self.settings.admits(email) {
            return Err(OwnAccountError::OtherDomain);
        }
        let user = self.find(who).await?;
        let core = self.users.core();
        let event = core.event(caller, AuditAction::EmailChangeRequested, who.actor(), Some(user.id));
        let now = event.at;
        let owner = core.db.find_user_by_identifier(&Identifier::Email(email.clone())).await?;
        let epoch = epoch_of(core.db.find_credentials(user.id).await?.as_ref());
        let Link { url, code, mut secret } = core.links.for_user(SecretPurpose::ChangeEmail, &user, epoch, now);
        secret.about_address = Some(email.as_str().to_owned());
        secret.session = Some(who.claims.session);
        let mail = if owner.is_some_and(|owner| owner.id != user.id) {
            core.already_registered(email).mail
        } else {
            core.mail.requested(email, &MailTemplate::ConfirmNewEmail { link: url, code }, MailBudget::Mailbox)
        };
        let request = Request { secret: Some(secret), mail };
        core.db.request_email_change(self.with_notice(request, &user, now), event, now).await?;
        core.mail.wake();
        Ok(())
    }

    /// Mails the links of the pending change again, to the same addresses. Returns the new one; `None` if nothing is
    /// pending.
    pub async fn resend_email_change(
        &self,
        who: &Authenticated,
        caller: &Caller,
    ) -> Result<Option<Email>, OwnAccountError> {
        let Some((email, _)) = self.pending_email(who).await? else { return Ok(None) };
        self.change_email(who, &email, caller).await?;
        Ok(Some(email))
    }

    /// Cancels the user's own pending email change. Returns whether there was one.
    pub async fn cancel_email_change(&self, who: &Authenticated, caller: &Caller) -> Result<bool, ServiceError> {
        let core = self.users.core();
        let user = who.claims.user;
        let event = core.event(caller, AuditAction::EmailChangeCancelled, who.actor(), Some(user));
        Ok(core.db.stop_email_change(user, event).await?)
    }

    /// Returns the user whose email change the link's token would stop.
    pub async fn stoppable(&self, token: &str) -> Result<Option<User>, ServiceError> {
        let core = self.users.core();
        let Some(user) = core.db.find_stoppable(&links::digest(token), core.now()).await? else { return Ok(None) };
        self.users.find(user).await
    }

    /// Stops a pending email change by a link's token. Returns whether there was one.
    pub async fn stop_email_change(&self, token: &str, caller: &Caller) -> Result<bool, ServiceError> {
        let Some(user) = self.stoppable(token).await? else { return Ok(false) };
        let core = self.users.core();
        let event = core.event(caller, AuditAction::EmailChangeStopped, Actor::User(user.id), Some(user.id));
        Ok(core.db.stop_email_change(user.id, event).await?)
    }

    /// Returns what is kept about the user, and records that it was read. Needs a fresh sign-in.
    pub async fn data(&self, who: &Authenticated, caller: &Caller) -> Result<OwnData, OwnAccountError> {
        self.require_fresh(who).await?;
        let (core, user) = (self.users.core(), who.claims.user);
        core.db.insert_audit(core.event(caller, AuditAction::DataDownloaded, who.actor(), Some(user))).await?;
        let (profile, sessions, devices, events) = tokio::try_join!(
            core.db.find_user(user),
            core.db.latest_sessions_of(user, MOST),
            core.db.list_devices(user),
            core.db.latest_audit_of(user, MOST),
        )?;
        Ok(OwnData { user: profile.ok_or(UserError::Missing)?, sessions, devices, events })
    }

    /// Deletes the account permanently.
    pub async fn delete(&self, who: &Authenticated, caller: &Caller) -> Result<(), OwnAccountError> {
        self.require_fresh(who).await?;
        self.users.change(who.claims.user, UserChange::Delete, who.actor(), caller).await?;
        Ok(())
    }

    async fn pending_email(&self, who: &Authenticated) -> Result<Option<(Email, Timestamp)>, ServiceError> {
        let core = self.users.core();
        Ok(core.db.pending_email_change(who.claims.user, core.now()).await?)
    }

    async fn email_frozen_until(&self, who: &Authenticated) -> Result<Option<Timestamp>, ServiceError> {
        let core = self.users.core();
        Ok(core.db.email_frozen_until(who.claims.user, core.now()).await?)
    }

    fn with_notice(&self, request: Request, user: &User, now: Timestamp) -> EmailChange {
        let core = self.users.core();
        let (link, stop) = core.links.stop_email_change(user, now);
        let template =
            MailTemplate::EmailChangeRequested { link, forgot_password: core.links.page(Page::ForgotPassword) };
        EmailChange { request, notice: core.mail.notice(&user.email, &template), stop }
    }

    async fn find(&self, who: &Authenticated) -> Result<User, OwnAccountError> {
        Ok(self.users.find(who.claims.user).await?.ok_or(UserError::Missing)?)
    }

    async fn require_fresh(&self, who: &Authenticated) -> Result<(), OwnAccountError> {
        if self.is_fresh(who).await? { Ok(()) } else { Err(OwnAccountError::NotFresh) }
    }

    async fn check(&self, user: &User, password: &str, caller: &Caller) -> Result<Checked, SignInError> {
        // Rejected by its length, so it cannot be the password.
        let password = Password::attempt(password).map_err(|_| SignInError::Invalid)?;
        let checked = self.sign_in.check(&Identifier::Email(user.email.clone()), &password, caller).await?;
        // The address was given to another user in the meantime.
        if checked.user.id == user.id { Ok(checked) } else { Err(refuse(ServiceError::Internal(StoreError::Missing))) }
    }
}
