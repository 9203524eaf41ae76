//! Creates, finds and changes users.

use super::{
    Busy, Caller, Core, LockoutService, MailTemplate, NewAccount, PasswordService, ServiceError, SessionService,
    UserError, Verdict,
};
use crate::{
    model::{Identifier, Network, NotAPassword, Page, Password, User, UserId, Username},
    server::{
        domain::{Actor, AuditAction, ProfileChange, UserChange},
        settings,
        store::{Credentials, EndedSession, NewMail, NewUser, StoreError, UserUpdate},
    },
};
use std::sync::Arc;

/// Manages users.
#[derive(Clone)]
pub struct UserService {
    core: Arc<Core>,
    sessions: SessionService,
    passwords: PasswordService,
    lockout: LockoutService,
}

impl UserService {
    pub(super) fn new(
        core: Arc<Core>,
        sessions: SessionService,
        passwords: PasswordService,
        lockout: &settings::Lockout,
    ) -> Self {
        let lockout = LockoutService::new(core.clone(), lockout);
        Self { core, sessions, passwords, lockout }
    }

    /// Finds a user by id.
    pub async fn find(&self, id: UserId) -> Result<Option<User>, ServiceError> {
        Ok(self.core.db.find_user(id).await?)
    }

    /// Creates a user.
    pub async fn create(&self, account: NewAccount, actor: Actor, caller: &Caller) -> Result<UserId, UserError> {
        self.check_roles(&account.roles).await?;
        let user = self.prepare(account, caller).await?;
        let (id, now) = (user.id, self.core.now());
        let event = self.core.event(caller, AuditAction::UserCreated, actor, Some(id));
        let (email, username) = (user.email.clone(), user.username.clone());
        match self.core.db.insert_user(user, event, now).await {
            Ok(()) => Ok(id),
            Err(error) => Err(self.not_written(error, id, Some(&email), username.as_ref()).await),
        }
    }

    /// Changes a user, with all consequences. The change is in force on this node when this returns.
    pub async fn change(
        &self,
        id: UserId,
        change: UserChange,
        actor: Actor,
        caller: &Caller,
    ) -> Result<User, UserError> {
        self.change_version(id, None, change, actor, caller).await
    }

    /// Does the same if the user still has the expected version.
    pub async fn change_version(
        &self,
        id: UserId,
        expected: Option<i64>,
        change: UserChange,
        actor: Actor,
        caller: &Caller,
    ) -> Result<User, UserError> {
        self.check_change(id, &change, actor).await?;
        let notice = self.notice(id, &change, caller).await?;
        let event = self.core.event(caller, change.audit_action(), actor, Some(id));
        let profile = if let UserChange::Profile(profile) = &change { Some(profile.clone()) } else { None };
        let update = UserUpdate { id, change, expected, notice, event };
        let (user, ended) = match self.core.db.change_user(update, self.sessions.longest_access()).await {
            Ok(done) => done,
            Err(error) => {
                let ProfileChange { email, username, .. } = profile.unwrap_or_default();
                return Err(self.not_written(error, id, email.as_ref(), username.flatten().as_ref()).await);
            }
        };
        self.changed(&ended).await;
        if profile.is_some() {
            Box::pin(self.lockout.follow(&user)).await?;
        }
        Ok(user)
    }

    /// Returns whether only this user can administer users.
    pub(super) async fn is_sole_administrator(&self, id: UserId) -> Result<bool, ServiceError> {
        Ok(self.core.db.find_sole_administrator(self.core.now()).await? == Some(id))
    }

    async fn check_change(&self, id: UserId, change: &UserChange, actor: Actor) -> Result<(), UserError> {
        if let UserChange::Roles(roles) = change {
            self.check_roles(roles.iter().map(|role| &role.name)).await?;
            let now = self.core.now();
            if let Some(ended) = roles.iter().find(|role| !role.is_in_force(now)) {
                return Err(UserError::RoleEnded(ended.name.clone()));
            }
        }
        if let Actor::SignedIn(acting) = actor
            && acting.user == id
        {
            if matches!(change, UserChange::Ban { .. }) {
                let is_sole = self.is_sole_administrator(id).await?;
                return Err(if is_sole { UserError::LastAdministrator } else { UserError::OwnBan });
            }
            if change.needs_fresh_sign_in() && !self.sessions.is_fresh(acting.session).await? {
                return Err(UserError::NotFresh);
            }
        }
        Ok(())
    }

    /// Parses a password that this user may choose.
    pub(super) fn choose_password(&self, user: &User, text: &str) -> Result<Password, NotAPassword> {
        let username = user.username.as_ref().map_or("", Username::as_str);
        Password::choose(text, self.passwords.min_length(), &[username, user.email.as_str(), user.name.as_str()])
    }

    /// Sets a user's password and ends every session.
    pub async fn set_password(
        &self,
        id: UserId,
        password: Password,
        actor: Actor,
        caller: &Caller,
    ) -> Result<User, UserError> {
        let hash = self.hash(password, caller).await?;
        self.change(id, UserChange::PasswordHash { hash, epoch: None }, actor, caller).await
    }

    pub(super) async fn prepare(&self, account: NewAccount, caller: &Caller) -> Result<NewUser, UserError> {
        let now = self.core.now();
        Ok(NewUser {
            id: self.core.randomness.user_id(now),
            name: account.display_name().ok_or(UserError::Missing)?,
            email: account.email,
            is_verified: account.is_verified,
            username: account.username,
            roles: account.roles,
            password_hash: match account.password {
                Some(password) => Some(self.hash(password, caller).await?),
                None => None,
            },
            created_at: now,
        })
    }

    /// Finds a user and the credentials to check a password against. Makes the same queries for an unknown
    /// name.
    pub(super) async fn find_with_credentials(
        &self,
        identifier: &Identifier,
    ) -> Result<Option<(User, Option<Credentials>)>, ServiceError> {
        let user = self.core.db.find_user_by_identifier(identifier).await?;
        let credentials = self.core.db.find_credentials(self.id_or_random(user.as_ref())).await?;
        Ok(user.map(|user| (user, credentials)))
    }

    /// Returns the user's id, or a fresh one so that the same work follows for an unknown user.
    pub(super) fn id_or_random(&self, user: Option<&User>) -> UserId {
        user.map_or_else(|| self.core.randomness.user_id(self.core.now()), |user| user.id)
    }

    /// Checks a password at the cost of at least one hash with the current parameters. A weaker or foreign
    /// hash counts as a mismatch, because its timing would reveal the account.
    pub(super) async fn is_password_of(
        &self,
        credentials: Option<&Credentials>,
        password: Password,
        caller: &Caller,
    ) -> Result<bool, ServiceError> {
        let hash = credentials.map(|credentials| credentials.hash.as_str());
        let hash = hash.filter(|hash| self.passwords.is_usual(hash));
        let place = self.passwords.reserve(&caller.network).map_err(busy)?;
        let verdict = place.verify(password, hash).await.map_err(busy)?;
        Ok(matches!(verdict, Verdict::Right { .. }))
    }

    /// Upgrades the hash of a password that was just verified, in the background.
    pub(super) fn rehash(&self, user: UserId, credentials: &Credentials, password: Password) {
        let (users, epoch) = (self.clone(), credentials.epoch);
        tokio::spawn(async move {
            // If the queue is full, the next sign-in tries again.
            let Ok(hash) = users.passwords.hash(password, &Network::local()).await else { return };
            if let Err(error) = users.core.db.rehash(user, epoch, hash, users.core.now()).await {
                tracing::warn!(cause = ?error, "can't save the upgraded password hash");
            }
        });
    }

    /// Applies on this node what a committed change has ended.
    pub(super) async fn changed(&self, ended: &[EndedSession]) {
        self.sessions.ended(ended);
        self.core.mail.wake();
        if let Err(error) = self.sessions.revocations().poll().await {
            // The revocation is in the database; the next poll finds it.
            tracing::warn!(cause = ?error, "can't read revocations now; the next poll will");
        }
    }

    /// Builds the mail to the owner about a change; `None` if none is sent. The old address learns of a new one.
    async fn notice(&self, id: UserId, change: &UserChange, caller: &Caller) -> Result<Option<NewMail>, UserError> {
        let user = async || self.core.db.find_user(id).await?.ok_or(UserError::Missing);
        Ok(match change {
            UserChange::PasswordHash { .. } => Some(self.password_notice(&user().await?, caller)),
            UserChange::Profile(ProfileChange { email: Some(email), .. }) => {
                let old = user().await?.email;
                let is_new = email.normalized() != old.normalized();
                is_new.then(|| self.core.mail.notice(&old, &MailTemplate::EmailChanged))
            }
            _ => None,
        })
    }

    /// Builds the mail to the owner about a changed password.
    pub(super) fn password_notice(&self, user: &User, caller: &Caller) -> NewMail {
        let template = MailTemplate::PasswordChanged {
            network: caller.network.to_string(),
            forgot_password: self.core.links.page(Page::ForgotPassword),
        };
        self.core.mail.notice(&user.email, &template)
    }

    pub(super) fn core(&self) -> &Core {
        &self.core
    }

    pub(super) fn sessions(&self) -> &SessionService {
        &self.sessions
    }

    pub(super) fn passwords(&self) -> &PasswordService {
        &self.passwords
    }

    pub(super) fn lockout(&self) -> &LockoutService {
        &self.lockout
    }

    pub(super) async fn hash(&self, password: Password, caller: &Caller) -> Result<String, UserError> {
        Ok(self.passwords.hash(password, &caller.network).await.map_err(busy)?)
    }

    pub(super) async fn check_roles(&self, wanted: impl IntoIterator<Item = &String>) -> Result<(), UserError> {
        let known = self.core.db.role_names().await?;
        match wanted.into_iter().find(|role| !known.contains(role)) {
            Some(role) => Err(UserError::UnknownRole { role: role.clone(), known: known.join(", ") }),
            None => Ok(()),
        }
    }
}

fn busy(_: Busy) -> ServiceError {
    ServiceError::Unavailable(StoreError::Unavailable(None))
}
