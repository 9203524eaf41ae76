//! Registers accounts, openly or by invitation.

use super::{
    Caller, ChosenPassword, Link, MailTemplate, NewAccount, ServiceError, SetUpService, UserError, UserService, links,
};
use crate::{
    model::{DisplayName, Email, Identifier, Invitation, SecretId, USER, User, UserId},
    server::{
        domain::{Actor, AuditAction, AuditTarget, OpenInvitation, SecretPurpose, TargetKind},
        settings::{self, Registration as Mode},
        store::{Credentials, NewUser, Recipient, Repeated, Request, StoreError, epoch_of},
    },
};

/// Registers people and manages invitations.
#[derive(Clone)]
pub struct RegistrationService {
    users: UserService,
    set_up: SetUpService,
    settings: settings::Accounts,
}

/// Why a registration failed. A taken address is not among the reasons: its owner gets a mail instead.
#[derive(Debug, thiserror::Error)]
pub enum RegistrationError {
    #[error("Registration is closed")]
    Closed,
    #[error("Invitation required")]
    InvitationNeeded,
    /// Used, expired, superseded by a newer one, unknown, or for another address.
    #[error("This invitation is no longer valid, or was sent to a different address")]
    DeadInvitation,
    #[error("Email addresses of this domain are not allowed")]
    OtherDomain,
    #[error("This username is taken")]
    UsernameTaken,
    #[error("This username is reserved: choose a different one")]
    UsernameReserved,
    #[error(transparent)]
    Service(#[from] ServiceError),
}

/// Why an invitation was not sent.
#[derive(Debug, thiserror::Error)]
pub enum InvitationError {
    #[error("An account with this email address already exists")]
    Taken,
    #[error("Registration is closed")]
    Closed,
    #[error(transparent)]
    Service(#[from] ServiceError),
}

/// How many open invitations are shown.
const MOST_SHOWN: usize = 100;

impl RegistrationService {
    pub(super) fn new(users: UserService, set_up: SetUpService, settings: settings::Accounts) -> Self {
        Self { users, set_up, settings }
    }

    /// Returns who may register.
    pub fn mode(&self) -> Mode {
        self.settings.registration
    }

    /// Returns the address that a valid invitation is for. No invitation is valid while registration is
    /// closed.
    pub async fn invited(&self, token: &str) -> Result<Option<Email>, ServiceError> {
        if self.mode() == Mode::Closed {
            return Ok(None);
        }
        let core = self.users.core();
        let secret = core.db.find_live_secret(&links::digest(token), core.now()).await?;
        let secret = secret.filter(|secret| secret.purpose == SecretPurpose::Invite);
        Ok(secret.and_then(|secret| Email::stored(&secret.about_address?).ok()))
    }

    /// Registers an account. A taken address changes neither the response nor the work; its owner gets a
    /// mail, and the returned password is that of no account.
    #[tracing::instrument(skip_all)]
    pub async fn register(
        &self,
        account: NewAccount,
        invitation: Option<&str>,
        caller: &Caller,
    ) -> Result<ChosenPassword, RegistrationError> {
        self.admit(&account.email, invitation).await?;
        if account.username.as_ref().is_some_and(|name| self.settings.reserves(name)) {
            return Err(RegistrationError::UsernameReserved);
        }
        let known = self.users.find_with_credentials(&Identifier::Email(account.email.clone())).await?;
        self.check_username(&account).await?;
        match (known, invitation) {
            // The invitation already proves the address: there is nothing to hide.
            (Some((owner, _)), Some(_)) if owner.email_verified_at.is_some() => Err(RegistrationError::DeadInvitation),
            (_, Some(token)) => self.accept(account, token, caller).await,
            (Some((owner, credentials)), None) => self.again(owner, credentials, account, caller).await,
            (None, None) => self.make(account, caller).await,
        }
    }

    /// Invites the owner of an address to register.
    pub async fn invite(&self, email: &Email, actor: Actor, caller: &Caller) -> Result<(), InvitationError> {
        if self.mode() == Mode::Closed {
            return Err(InvitationError::Closed);
        }
        let core = self.users.core();
        let owner =
            core.db.find_user_by_identifier(&Identifier::Email(email.clone())).await.map_err(ServiceError::from)?;
        // An unconfirmed account is taken over by the person who accepts the invitation.
        if owner.is_some_and(|owner| owner.email_verified_at.is_some()) {
            return Err(InvitationError::Taken);
        }
        let inviter = self.name_of(actor).await?;
        let now = core.now();
        let Link { url, secret, .. } = core.links.invitation(email, now);
        let target = AuditTarget::named(TargetKind::Invitation, &secret.id, email.as_str());
        let event = core.event(caller, AuditAction::Invited, actor, None).about(target);
        let mail = core.mail.notice(email, &MailTemplate::Invitation { link: url, inviter });
        let request = Request { secret: Some(secret), mail };
        core.db
            .request_for_owner(request, email.clone(), Recipient::Owner, event, now)
            .await
            .map_err(ServiceError::from)?;
        core.mail.wake();
        Ok(())
    }

    /// Returns the display name of a user who acts. A stored name that breaks today's rules is not put into a mail.
    async fn name_of(&self, actor: Actor) -> Result<Option<String>, ServiceError> {
        let Some(user) = actor.user() else { return Ok(None) };
        let user = self.users.find(user).await?;
        let name = user.and_then(|user| DisplayName::parse(user.name.as_str()).ok());
        Ok(name.map(|name| name.as_str().to_owned()))
    }

    /// Returns the valid invitations, newest first, and whether there are more than these.
    pub async fn open_invitations(&self) -> Result<(Vec<Invitation>, bool), ServiceError> {
        let core = self.users.core();
        let rows = core.db.open_invitations(MOST_SHOWN + 1, core.now()).await?;
        let has_more = rows.len() > MOST_SHOWN;
        Ok((rows.into_iter().take(MOST_SHOWN).map(line).collect(), has_more))
    }

    /// Revokes an invitation. Returns whether it was open.
    pub async fn revoke_invitation(&self, id: SecretId, actor: Actor, caller: &Caller) -> Result<bool, ServiceError> {
        let core = self.users.core();
        let target = AuditTarget::new(TargetKind::Invitation, &id);
        let event = core.event(caller, AuditAction::InvitationRevoked, actor, None).about(target);
        Ok(core.db.revoke_invitation(id, event).await?)
    }

    async fn admit(&self, email: &Email, invitation: Option<&str>) -> Result<(), RegistrationError> {
        // No one can register before there is an administrator to manage users.
        if self.set_up.is_awaited().await? {
            return Err(RegistrationError::Closed);
        }
        match (self.settings.registration, invitation) {
            (Mode::Closed, _) => Err(RegistrationError::Closed),
            (_, Some(token)) => {
                let invited = self.invited(token).await?;
                let is_for_it = invited.is_some_and(|invited| invited.normalized() == email.normalized());
                if is_for_it { Ok(()) } else { Err(RegistrationError::DeadInvitation) }
            }
            (Mode::Invite, None) => Err(RegistrationError::InvitationNeeded),
            (Mode::Open, None) if !self.settings.admits(email) => Err(RegistrationError::OtherDomain),
            (Mode::Open, None) => Ok(()),
        }
    }

    /// Reports a taken username, which is public anyway. The username of an unconfirmed account with the same
    /// address is not taken: it may come from the same person's first attempt.
    async fn check_username(&self, account: &NewAccount) -> Result<(), RegistrationError> {
        let Some(name) = &account.username else { return Ok(()) };
        let holder = Identifier::Username(name.normalized());
        let Some(holder) = self.users.core().db.find_user_by_identifier(&holder).await.map_err(service)? else {
            return Ok(());
        };
        let is_own = holder.email_verified_at.is_none() && holder.email.normalized() == account.email.normalized();
        if is_own { Ok(()) } else { Err(RegistrationError::UsernameTaken) }
    }

    async fn make(&self, account: NewAccount, caller: &Caller) -> Result<ChosenPassword, RegistrationError> {
        let core = self.users.core();
        let user = self.prepare(account.clone(), false, caller).await?;
        let chosen = first_password(user.id);
        let event = core.event(caller, AuditAction::UserRegistered, Actor::User(user.id), Some(user.id));
        let now = event.at;
        let request = if core.db.is_invited(&user.email, now).await.map_err(service)? {
            core.finish_registration(user.id, &user.email, links::FIRST_EPOCH)
        } else {
            core.verification(user.id, &user.email, links::FIRST_EPOCH)
        };
        match core.db.register(user, request, event, now).await {
            Ok(()) => {
                core.mail.wake();
                Ok(chosen)
            }
            // Another registration took the address or the username first.
            Err(StoreError::Taken) => {
                let email = Identifier::Email(account.email.clone());
                let known = self.users.find_with_credentials(&email).await?;
                let (owner, credentials) = known.ok_or(RegistrationError::UsernameTaken)?;
                self.again(owner, credentials, account, caller).await
            }
            Err(other) => Err(service(other)),
        }
    }

    async fn accept(
        &self,
        account: NewAccount,
        token: &str,
        caller: &Caller,
    ) -> Result<ChosenPassword, RegistrationError> {
        let core = self.users.core();
        let user = self.prepare(account.clone(), true, caller).await?;
        let event = core.event(caller, AuditAction::UserRegistered, Actor::User(user.id), Some(user.id));
        let (now, longest) = (event.at, self.users.sessions().longest_access());
        match core.db.accept_invitation(user, links::digest(token), event, longest, now).await {
            Ok((user, epoch, ended)) => {
                self.users.changed(&ended).await;
                Ok(ChosenPassword { user, epoch })
            }
            Err(StoreError::Missing) => Err(RegistrationError::DeadInvitation),
            Err(StoreError::Taken) => {
                let owner =
                    core.db.find_user_by_identifier(&Identifier::Email(account.email)).await.map_err(service)?;
                let is_taken = owner.is_some_and(|owner| owner.email_verified_at.is_some());
                Err(if is_taken { RegistrationError::DeadInvitation } else { RegistrationError::UsernameTaken })
            }
            Err(other) => Err(service(other)),
        }
    }

    /// Handles registration with the address of an existing account. If that account is unconfirmed and the
    /// password differs, no one can tell which of the two is the owner. Then neither password counts, and the
    /// mailbox gets a link that sets one.
    async fn again(
        &self,
        owner: User,
        credentials: Option<Credentials>,
        account: NewAccount,
        caller: &Caller,
    ) -> Result<ChosenPassword, RegistrationError> {
        let (core, is_confirmed) = (self.users.core(), owner.email_verified_at.is_some());
        let compared = credentials.as_ref().filter(|credentials| !is_confirmed && credentials.has_hash());
        let name = account.display_name().ok_or(RegistrationError::UsernameTaken)?;
        let is_same = match account.password {
            Some(password) => self.users.is_password_of(compared, password, caller).await?,
            None => false,
        };
        let epoch = epoch_of(credentials.as_ref());
        let (repeated, request) = match (is_confirmed, is_same) {
            (true, _) => (Repeated::Confirmed, core.already_registered(&owner.email)),
            (false, true) => (Repeated::SamePassword, core.verification(owner.id, &owner.email, epoch)),
            (false, false) => {
                let repeated = Repeated::OtherPassword { name, username: account.username };
                (repeated, core.finish_registration(owner.id, &owner.email, epoch))
            }
        };
        let event = core.event(caller, AuditAction::RegistrationRepeated, Actor::Anonymous, Some(owner.id));
        let now = event.at;
        core.db.register_again(owner.id, repeated, request, event, now).await.map_err(service)?;
        core.mail.wake();
        Ok(if !is_confirmed && is_same {
            ChosenPassword { user: owner.id, epoch }
        } else {
            first_password(self.users.id_or_random(None))
        })
    }

    async fn prepare(
        &self,
        account: NewAccount,
        is_verified: bool,
        caller: &Caller,
    ) -> Result<NewUser, RegistrationError> {
        let account = NewAccount { roles: vec![USER.to_owned()], is_verified, ..account };
        self.users.prepare(account, caller).await.map_err(|error| match error {
            UserError::Service(error) => RegistrationError::Service(error),
            _ => RegistrationError::UsernameTaken,
        })
    }
}

/// Returns the password that a new user was created with.
fn first_password(user: UserId) -> ChosenPassword {
    ChosenPassword { user, epoch: links::FIRST_EPOCH }
}

fn line(invitation: OpenInvitation) -> Invitation {
    let OpenInvitation { id, email, created_at, expires_at } = invitation;
    Invitation { id: id.to_string(), email, invited_at: created_at, ends_at: expires_at }
}

fn service(error: StoreError) -> RegistrationError {
    RegistrationError::Service(error.into())
}
