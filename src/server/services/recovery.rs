//! Account recovery by mailed links: confirms addresses, resets passwords and opens locks.

use super::{
    Authenticated, Caller, Link, Links, MailBudget, MailTemplate, ServiceError, UserError, UserService, links,
};
use crate::{
    model::{Email, Identifier, NotAPassword, User, UserId},
    server::{
        domain::{Actor, AuditAction, SecretPurpose, UserChange},
        store::{Credentials, LinkUse, LiveSecret, Proof, Recipient, Request, StoreError, epoch_of},
    },
};

/// Mails links on request and carries out what they are for.
#[derive(Clone)]
pub struct RecoveryService {
    users: UserService,
}

/// What confirms an address.
#[derive(Debug, Clone)]
pub enum Confirmation {
    /// The token of a link.
    Token(String),
    /// The code from the same mail, with the address the mail went to.
    Code { email: Email, code: String },
}

/// Why a link or code did nothing.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// Used, expired, superseded by a newer one, unknown, or of another purpose.
    #[error("This link has expired or was already used")]
    Dead,
    #[error("This code is wrong or has expired")]
    WrongCode,
    /// The new password is not acceptable.
    #[error(transparent)]
    Unfit(#[from] NotAPassword),
    /// Another account has confirmed the same address in the meantime.
    #[error("Another account now uses this email address")]
    Taken,
    /// The account was reported as used by someone else less than a day ago.
    #[error("Email can't be changed for 24 hours after a report of an unknown sign-in")]
    EmailFrozen,
    #[error(transparent)]
    Service(#[from] ServiceError),
}

impl From<StoreError> for LinkError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Taken => Self::Taken,
            StoreError::Missing => Self::Dead,
            StoreError::EmailFrozen => Self::EmailFrozen,
            other => Self::Service(other.into()),
        }
    }
}

impl RecoveryService {
    pub(super) fn new(users: UserService) -> Self {
        Self { users }
    }

    /// Returns the secret behind a link of this purpose, if the link is valid.
    pub async fn find(&self, purpose: SecretPurpose, token: &str) -> Result<Option<LiveSecret>, ServiceError> {
        let core = self.users.core();
        let found = core.db.find_live_secret(&links::digest(token), core.now()).await?;
        Ok(found.filter(|secret| secret.purpose == purpose))
    }

    /// Returns the address that a valid link of one of these purposes is about.
    pub async fn address_of(&self, purposes: &[SecretPurpose], token: &str) -> Result<Option<Email>, ServiceError> {
        let core = self.users.core();
        let found = core.db.find_live_secret(&links::digest(token), core.now()).await?;
        let Some(secret) = found.filter(|secret| purposes.contains(&secret.purpose)) else { return Ok(None) };
        if let Some(address) = &secret.about_address {
            return Ok(Email::stored(address).ok());
        }
        match self.user_of(&secret).await {
            Ok(user) => Ok(Some(user.email)),
            Err(LinkError::Service(error)) => Err(error),
            Err(_) => Ok(None),
        }
    }

    /// Mails a new link and code to an account whose address is not confirmed. Does the same work for all
    /// others.
    pub async fn resend_verification(&self, identifier: &Identifier, caller: &Caller) -> Result<(), ServiceError> {
        let known = self.users.find_with_credentials(identifier).await?;
        let known = known.filter(|(user, _)| user.email_verified_at.is_none());
        let core = self.users.core();
        let request = match &known {
            // Without a password to sign in with, a confirmed address is of no use.
            Some((user, credentials)) if !credentials.as_ref().is_some_and(Credentials::has_hash) => {
                core.finish_registration(user.id, &user.email, epoch_of(credentials.as_ref()))
            }
            Some((user, credentials)) => core.verification(user.id, &user.email, epoch_of(credentials.as_ref())),
            None => core.verification(self.users.id_or_random(None), &unreachable(identifier), links::FIRST_EPOCH),
        };
        self.ask(request, AuditAction::EmailLinkRequested, known.map(|(user, _)| user), caller).await
    }

    /// Mails a link that sets a new password. Does the same work for an unknown address.
    pub async fn forgot_password(&self, email: &Email, caller: &Caller) -> Result<(), ServiceError> {
        let known = self.users.find_with_credentials(&Identifier::Email(email.clone())).await?;
        let core = self.users.core();
        let user = known.as_ref().map(|(user, _)| user);
        let epoch = epoch_of(known.as_ref().and_then(|(_, credentials)| credentials.as_ref()));
        let id = self.users.id_or_random(user);
        let device = self.trusted_device(id, caller).await?;
        let budget = match &device {
            Some(device) => MailBudget::Device(device),
            None if user.is_some_and(|user| user.email_verified_at.is_some()) => MailBudget::Address,
            None => MailBudget::Mailbox,
        };
        let to = user.map_or(email, |user| &user.email);
        let Link { url, secret, .. } = core.links.bound(SecretPurpose::ResetPassword, id, to, epoch, core.now());
        let mail = core.mail.requested(to, &MailTemplate::ResetPassword { link: url }, budget);
        let request = Request { secret: Some(secret), mail };
        let user = known.map(|(user, _)| user.id);
        let event = core.event(caller, AuditAction::PasswordResetRequested, Actor::Anonymous, user);
        let now = event.at;
        let recipient = if user.is_some() { Recipient::Owner } else { Recipient::NoOne };
        core.db.request_for_owner(request, email.clone(), recipient, event, now).await?;
        core.mail.wake();
        Ok(())
    }

    /// Confirms the address of an account, or the new address it is changing to.
    pub async fn verify_email(&self, confirmation: &Confirmation, caller: &Caller) -> Result<User, LinkError> {
        let core = self.users.core();
        match confirmation {
            Confirmation::Token(token) => {
                let digest = links::digest(token);
                let found = core.db.find_live_secret(&digest, core.now()).await?.ok_or(LinkError::Dead)?;
                let user = self.user_of(&found).await?;
                match found.purpose {
                    SecretPurpose::VerifyEmail => self.verify(user.id, Proof::Token(digest), caller).await,
                    SecretPurpose::ChangeEmail => {
                        let actor = Actor::User(user.id);
                        self.change_email(user, Proof::Token(digest), actor, caller).await
                    }
                    _ => Err(LinkError::Dead),
                }
            }
            Confirmation::Code { email, code } => {
                let user = core.db.find_user_by_identifier(&Identifier::Email(email.clone())).await?;
                // Checked even if the address has no account, so that timing reveals nothing.
                let id = self.users.id_or_random(user.as_ref());
                let proof = core.links.code(SecretPurpose::VerifyEmail, &id.to_string(), code);
                self.verify(id, proof, caller).await.map_err(as_code)
            }
        }
    }

    /// Confirms the new address of a signed-in user by the code mailed to it.
    pub async fn confirm_new_email(&self, who: &Authenticated, code: &str, caller: &Caller) -> Result<User, LinkError> {
        let user = self.users.find(who.claims.user).await?.ok_or(ServiceError::Revoked)?;
        let proof = self.users.core().links.code(SecretPurpose::ChangeEmail, &user.id.to_string(), code);
        self.change_email(user, proof, who.actor(), caller).await.map_err(as_code)
    }

    /// Sets a new password by a link and ends every session, without signing in. Receiving the mail proves
    /// the address, so it also confirms the address and opens the locks on the user's names.
    pub async fn reset_password(&self, token: &str, password: &str, caller: &Caller) -> Result<User, LinkError> {
        // Checked before hashing, so that a dead link or an unacceptable password costs no hash.
        let found = self.find(SecretPurpose::ResetPassword, token).await?.ok_or(LinkError::Dead)?;
        let user = self.user_of(&found).await?;
        let password = self.users.choose_password(&user, password)?;
        let hash = self.users.hash(password, caller).await.map_err(|error| match error {
            UserError::Service(error) => LinkError::Service(error),
            _ => LinkError::Dead,
        })?;
        let notice = self.users.password_notice(&user, caller);
        let link = LinkUse {
            changes: vec![UserChange::PasswordHash { hash, epoch: None }, UserChange::Verified],
            unlocks: self.users.lockout().names_of(&user),
            notice: Some(notice),
            ..self.using(SecretPurpose::ResetPassword, Links::token(token), user.id, AuditAction::PasswordReset, caller)
        };
        self.use_link(link).await
    }

    /// Opens the locks on a user's names by a link.
    pub async fn unlock(&self, token: &str, caller: &Caller) -> Result<User, LinkError> {
        let found = self.find(SecretPurpose::Unlock, token).await?.ok_or(LinkError::Dead)?;
        let user = self.user_of(&found).await?;
        let link = LinkUse {
            unlocks: self.users.lockout().names_of(&user),
            notice: Some(self.users.core().mail.notice(&user.email, &MailTemplate::Unlocked)),
            ..self.using(SecretPurpose::Unlock, Links::token(token), user.id, AuditAction::LockOpened, caller)
        };
        self.use_link(link).await
    }

    /// Returns the user that a link belongs to.
    pub async fn user_of(&self, secret: &LiveSecret) -> Result<User, LinkError> {
        let id = secret.subject.parse().map_err(|_| LinkError::Dead)?;
        self.users.find(id).await?.ok_or(LinkError::Dead)
    }

    async fn verify(&self, user: UserId, proof: Proof, caller: &Caller) -> Result<User, LinkError> {
        let link = LinkUse {
            changes: vec![UserChange::Verified],
            ..self.using(SecretPurpose::VerifyEmail, proof, user, AuditAction::UserVerified, caller)
        };
        self.use_link(link).await
    }

    async fn change_email(&self, user: User, proof: Proof, actor: Actor, caller: &Caller) -> Result<User, LinkError> {
        let link = LinkUse {
            event: self.users.core().event(caller, AuditAction::EmailChanged, actor, Some(user.id)),
            notice: Some(self.users.core().mail.notice(&user.email, &MailTemplate::EmailChanged)),
            ..self.using(SecretPurpose::ChangeEmail, proof, user.id, AuditAction::EmailChanged, caller)
        };
        self.use_link(link).await
    }

    fn using(
        &self,
        purpose: SecretPurpose,
        proof: Proof,
        user: UserId,
        action: AuditAction,
        caller: &Caller,
    ) -> LinkUse {
        LinkUse {
            purpose,
            proof,
            user,
            changes: Vec::new(),
            unlocks: Vec::new(),
            notice: None,
            event: self.users.core().event(caller, action, Actor::User(user), Some(user)),
            longest: self.users.sessions().longest_access(),
        }
    }

    async fn use_link(&self, link: LinkUse) -> Result<User, LinkError> {
        let now = link.event.at;
        let done = self.users.core().db.use_link(link, now).await?;
        let (user, ended) = done.ok_or(LinkError::Dead)?;
        self.users.changed(&ended).await;
        Ok(user)
    }

    /// Returns the digest of the caller's device, if the user signed in on it under the current password.
    async fn trusted_device(&self, user: UserId, caller: &Caller) -> Result<Option<String>, ServiceError> {
        let core = self.users.core();
        let device = core.device(user, caller).await?;
        Ok(device.trusted().map(|id| core.keys.device_digest(id.expose())))
    }

    async fn ask(
        &self,
        request: Request,
        action: AuditAction,
        user: Option<User>,
        caller: &Caller,
    ) -> Result<(), ServiceError> {
        let core = self.users.core();
        let recipient = if user.is_some() { Recipient::Owner } else { Recipient::NoOne };
        let event = core.event(caller, action, Actor::Anonymous, user.map(|user| user.id));
        let now = event.at;
        core.db.request(request, recipient, event, now).await?;
        core.mail.wake();
        Ok(())
    }
}

/// Returns the address for a mail without a recipient, which is never sent.
fn unreachable(identifier: &Identifier) -> Email {
    match identifier {
        Identifier::Email(email) => email.clone(),
        Identifier::Username(_) => Email::unreachable(),
    }
}

fn as_code(error: LinkError) -> LinkError {
    match error {
        LinkError::Dead => LinkError::WrongCode,
        other => other,
    }
}
