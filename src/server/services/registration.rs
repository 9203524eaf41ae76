//! Registration: people get their accounts by themselves, or by invitation.

use super::{Caller, Letter, Link, NewAccount, ServiceError, UserError, Users, links};
use crate::{
    model::{Email, Identifier, Invitation, SecretId, USER, User},
    server::{
        settings::{self, Registration as Mode},
        store::{Action, Actor, InvitationRow, NewUser, Purpose, Registered, Request, StoreError, epoch_of},
    },
};

/// Makes accounts for those who ask for one.
#[derive(Clone)]
pub struct Registration {
    users: Users,
    settings: settings::Accounts,
}

/// Why nobody was registered. A taken address is no reason: its owner is told by mail.
#[derive(Debug, thiserror::Error)]
pub enum RegistrationError {
    #[error("Registration is closed")]
    Closed,
    #[error("Registration needs an invitation")]
    InvitationNeeded,
    /// Used, expired, older than the newest, never made, or for another address.
    #[error("This invitation does not work any more, or is for another address")]
    DeadInvitation,
    #[error("Registration is not open to addresses of this domain")]
    OtherDomain,
    #[error("This username is taken")]
    UsernameTaken,
    #[error("This username is reserved: choose another")]
    UsernameReserved,
    #[error(transparent)]
    Service(#[from] ServiceError),
}

/// Why nobody was invited.
#[derive(Debug, thiserror::Error)]
pub enum InvitationError {
    #[error("There is an account with this address already")]
    Taken,
    #[error(transparent)]
    Service(#[from] ServiceError),
}

/// How many open invitations are shown.
const MOST_SHOWN: usize = 100;

impl Registration {
    pub(super) fn new(users: Users, settings: settings::Accounts) -> Self {
        Self { users, settings }
    }

    /// Who may register.
    pub fn mode(&self) -> Mode {
        self.settings.registration
    }

    /// The address that an invitation is for, if it works.
    pub async fn invited(&self, token: &str) -> Result<Option<Email>, ServiceError> {
        let core = self.users.core();
        let secret = core.db.find_live_secret(&links::digest(token), core.now()).await?;
        let secret = secret.filter(|secret| secret.purpose == Purpose::Invite);
        Ok(secret.and_then(|secret| Email::stored(&secret.about_address?).ok()))
    }

    /// Makes an account. Whether its address is taken changes neither the answer nor the work: its
    /// owner is told by mail.
    #[tracing::instrument(skip_all)]
    pub async fn register(
        &self,
        account: NewAccount,
        invitation: Option<&str>,
        caller: &Caller,
    ) -> Result<(), RegistrationError> {
        self.admit(&account.email, invitation).await?;
        if account.username.as_ref().is_some_and(|name| self.settings.reserves(name)) {
            return Err(RegistrationError::UsernameReserved);
        }
        let core = self.users.core();
        if let Some(name) = &account.username
            && core
                .db
                .find_user_by_identifier(&Identifier::Username(name.normalized()))
                .await
                .map_err(service)?
                .is_some()
        {
            return Err(RegistrationError::UsernameTaken);
        }
        let account = NewAccount { roles: vec![USER.to_owned()], is_verified: invitation.is_some(), ..account };
        let email = account.email.clone();
        let user = self.users.prepare(account).await.map_err(|error| match error {
            UserError::Service(error) => RegistrationError::Service(error),
            _ => RegistrationError::UsernameTaken,
        })?;
        let owner = core.db.find_user_by_identifier(&Identifier::Email(email.clone())).await.map_err(service)?;
        match (owner, invitation) {
            // Whoever has the invitation has the address: there is nothing to hide.
            (Some(_), Some(_)) => return Err(RegistrationError::DeadInvitation),
            (Some(owner), None) => return Ok(self.tell_owner(&owner, caller).await?),
            (None, _) => {}
        }
        match self.insert(user, invitation, caller).await {
            Ok(()) => Ok(()),
            Err(StoreError::Missing) => Err(RegistrationError::DeadInvitation),
            // Somebody was quicker, with the address or with the username.
            Err(StoreError::Taken) => {
                match core.db.find_user_by_identifier(&Identifier::Email(email)).await.map_err(service)? {
                    Some(owner) => Ok(self.tell_owner(&owner, caller).await?),
                    None => Err(RegistrationError::UsernameTaken),
                }
            }
            Err(other) => Err(service(other)),
        }
    }

    /// Invites whoever has this address to make an account.
    pub async fn invite(&self, email: &Email, actor: Actor, caller: &Caller) -> Result<(), InvitationError> {
        let core = self.users.core();
        let taken =
            core.db.find_user_by_identifier(&Identifier::Email(email.clone())).await.map_err(ServiceError::from)?;
        if taken.is_some() {
            return Err(InvitationError::Taken);
        }
        let event = core.event(caller, Action::Invited, actor, None);
        let now = event.at;
        let Link { url, secret, .. } = core.links.invitation(email, now);
        let mail = core.mail.notice(email, &Letter::Invitation { link: url });
        let request = Request { secret: Some(secret), mail };
        core.db.request(Some(request), event, now).await.map_err(ServiceError::from)?;
        core.mail.wake();
        Ok(())
    }

    /// The invitations that would work, the latest first, and whether there are more than these.
    pub async fn open_invitations(&self) -> Result<(Vec<Invitation>, bool), ServiceError> {
        let core = self.users.core();
        let rows = core.db.open_invitations(MOST_SHOWN + 1, core.now()).await?;
        let mut open: Vec<Invitation> = rows.into_iter().map(told).collect();
        let has_more = open.len() > MOST_SHOWN;
        open.truncate(MOST_SHOWN);
        Ok((open, has_more))
    }

    /// Ends an invitation. Answers whether it was open.
    pub async fn revoke_invitation(&self, id: SecretId, actor: Actor, caller: &Caller) -> Result<bool, ServiceError> {
        let core = self.users.core();
        let event = core.event(caller, Action::InvitationRevoked, actor, None);
        Ok(core.db.revoke_invitation(id, event).await?)
    }

    async fn admit(&self, email: &Email, invitation: Option<&str>) -> Result<(), RegistrationError> {
        if let Some(token) = invitation {
            let invited = self.invited(token).await?.is_some_and(|invited| invited.normalized() == email.normalized());
            return if invited { Ok(()) } else { Err(RegistrationError::DeadInvitation) };
        }
        match self.settings.registration {
            Mode::Closed => Err(RegistrationError::Closed),
            Mode::Invite => Err(RegistrationError::InvitationNeeded),
            Mode::Open if !self.settings.admits(email) => Err(RegistrationError::OtherDomain),
            Mode::Open => Ok(()),
        }
    }

    async fn insert(&self, user: NewUser, invitation: Option<&str>, caller: &Caller) -> Result<(), StoreError> {
        let core = self.users.core();
        let event = core.event(caller, Action::UserRegistered, Actor::User(user.id), Some(user.id));
        let now = event.at;
        let registered = if let Some(token) = invitation {
            Registered::ByInvitation { digest: links::digest(token), address: user.email.normalized().to_owned() }
        } else {
            let link = core.links.for_new_user(user.id, &user.email, now);
            let letter = Letter::VerifyEmail { link: link.url, code: link.code };
            let mail = core.mail.requested(&user.email, &letter);
            Registered::ByItself(Box::new(Request { secret: Some(link.secret), mail }))
        };
        core.db.register(user, registered, event, now).await?;
        core.mail.wake();
        Ok(())
    }

    /// Somebody registered with the address of an account. While that is not confirmed, its password is
    /// void from now on, and its owner gets a link that sets one and confirms: so nobody who registered
    /// the address before its owner has a password that the owner then confirms.
    async fn tell_owner(&self, owner: &User, caller: &Caller) -> Result<(), ServiceError> {
        let core = self.users.core();
        let event = core.event(caller, Action::RegistrationRepeated, Actor::Anonymous, Some(owner.id));
        let now = event.at;
        if owner.email_verified_at.is_some() {
            core.db.request(Some(core.already_registered(&owner.email)), event, now).await?;
        } else {
            let credentials = core.db.find_credentials(owner.id).await?;
            let epoch = epoch_of(credentials.as_ref());
            let has_hash = credentials.is_some_and(|credentials| credentials.has_hash());
            let request = core.finish_registration(owner, if has_hash { epoch + 1 } else { epoch });
            // No password has this epoch: what is void already stays as it is.
            let voided = if has_hash { epoch } else { -1 };
            core.db.request_fresh_password(owner.id, voided, request, event, now).await?;
        }
        core.mail.wake();
        Ok(())
    }
}

fn told(row: InvitationRow) -> Invitation {
    Invitation {
        id: row.id.to_string(),
        email: row.about_address.unwrap_or(row.subject),
        invited_at: row.created_at,
        ends_at: row.expires_at,
    }
}

fn service(error: StoreError) -> RegistrationError {
    RegistrationError::Service(error.into())
}
