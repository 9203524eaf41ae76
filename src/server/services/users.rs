//! Users: made, found, changed.

use super::{Caller, Lockout, Passwords, ServiceError, Sessions};
use crate::{
    model::{DisplayName, Email, Identifier, Password, Timestamp, User, UserId, Username},
    server::{
        clock::Clock,
        randomness::Randomness,
        store::{Action, Actor, AuditEvent, AuditRow, Credentials, Db, NewUser, StoreError, UserChange},
    },
};

/// Makes, finds and changes users.
#[derive(Clone)]
pub struct Users {
    db: Db,
    sessions: Sessions,
    passwords: Passwords,
    lockout: Lockout,
    clock: Clock,
    randomness: Randomness,
}

/// An account to be made.
#[derive(Debug, Clone)]
pub struct NewAccount {
    pub email: Email,
    pub is_verified: bool,
    pub username: Option<Username>,
    /// Without one, the username or what stands before the @.
    pub name: Option<DisplayName>,
    pub roles: Vec<String>,
    pub password: Password,
}

/// Why a user was not made or changed.
#[derive(Debug, thiserror::Error)]
pub enum UserError {
    #[error("The email address or username is taken")]
    Taken,
    #[error("There is no such user")]
    Missing,
    #[error("There is no role {0:?}")]
    UnknownRole(String),
    #[error("The last administrator can't be demoted, banned or deleted")]
    LastAdministrator,
    #[error(transparent)]
    Service(#[from] ServiceError),
}

impl From<StoreError> for UserError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Taken => Self::Taken,
            StoreError::Missing => Self::Missing,
            StoreError::Forbidden => Self::LastAdministrator,
            other => Self::Service(other.into()),
        }
    }
}

impl Users {
    pub(super) fn new(
        db: Db,
        sessions: Sessions,
        passwords: Passwords,
        lockout: Lockout,
        clock: Clock,
        randomness: Randomness,
    ) -> Self {
        Self { db, sessions, passwords, lockout, clock, randomness }
    }

    /// The user with this id.
    pub async fn find(&self, id: UserId) -> Result<Option<User>, ServiceError> {
        Ok(self.db.find_user(id).await?)
    }

    /// The user whom an id, an email address or a username names.
    pub async fn find_by_any(&self, who: &str) -> Result<User, UserError> {
        if let Ok(id) = who.parse()
            && let Some(user) = self.db.find_user(id).await?
        {
            return Ok(user);
        }
        self.db.find_user_by_identifier(&Identifier::parse(who)).await?.ok_or(UserError::Missing)
    }

    /// Up to `limit` users after `after`, in order of their making.
    pub async fn list(&self, after: Option<UserId>, limit: i64) -> Result<Vec<User>, ServiceError> {
        Ok(self.db.list_users(after, limit).await?)
    }

    /// Makes a user.
    pub async fn create(&self, account: NewAccount, actor: Actor, caller: &Caller) -> Result<UserId, UserError> {
        self.check_roles(&account.roles).await?;
        let user = self.prepare(account).await?;
        let (id, now) = (user.id, self.clock.now());
        let event = self.event(caller, Action::UserCreated, actor, Some(id));
        self.db.insert_user(user, event, now).await?;
        Ok(id)
    }

    /// Changes a user, with all that follows from it; in force on this node when it answers.
    pub async fn change(
        &self,
        id: UserId,
        change: UserChange,
        actor: Actor,
        caller: &Caller,
    ) -> Result<User, UserError> {
        if let UserChange::Roles(roles) = &change {
            self.check_roles(roles).await?;
        }
        let mut event = self.event(caller, action(&change), actor, Some(id));
        event.details = details(&change);
        let now = event.at;
        let longest = self.sessions.longest_access();
        let (user, ended) = self.db.change_user(id, change, event, longest, now).await?;
        self.sessions.ended(&ended);
        if let Err(error) = self.sessions.revocations().poll().await {
            // It stands in the database; the next poll brings it.
            tracing::warn!(cause = ?error, "a revocation will be seen a little later");
        }
        Ok(user)
    }

    /// Gives a user a new password; every session ends.
    pub async fn set_password(
        &self,
        id: UserId,
        password: Password,
        actor: Actor,
        caller: &Caller,
    ) -> Result<User, UserError> {
        let hash = self.hash(password).await?;
        self.change(id, UserChange::PasswordHash(hash), actor, caller).await
    }

    /// Opens the locks on a user's email address and username. Answers how many there were.
    pub async fn unlock(&self, user: &User, actor: Actor, caller: &Caller) -> Result<u64, UserError> {
        let mut identifiers = vec![Identifier::Email(user.email.clone())];
        identifiers.extend(user.username.iter().map(|name| Identifier::Username(name.normalized())));
        let opened = self.lockout.open(&identifiers).await?;
        self.db.insert_audit(self.event(caller, Action::LockOpened, actor, Some(user.id))).await?;
        Ok(opened)
    }

    /// What happened to a user's account lately, newest first.
    pub async fn activity(&self, id: UserId, limit: i64) -> Result<Vec<AuditRow>, ServiceError> {
        Ok(self.db.latest_audit_of(id, limit).await?)
    }

    pub(super) async fn prepare(&self, account: NewAccount) -> Result<NewUser, UserError> {
        let name = account.name.or_else(|| usual_name(account.username.as_ref(), &account.email));
        let now = self.clock.now();
        Ok(NewUser {
            id: self.randomness.user_id(now),
            name: name.ok_or(UserError::Missing)?,
            email: account.email,
            is_verified: account.is_verified,
            username: account.username,
            roles: account.roles,
            password_hash: Some(self.hash(account.password).await?),
            created_at: now,
        })
    }

    pub(super) async fn find_with_credentials(
        &self,
        identifier: &Identifier,
    ) -> Result<Option<(User, Option<Credentials>)>, ServiceError> {
        let Some(user) = self.db.find_user_by_identifier(identifier).await? else { return Ok(None) };
        let credentials = self.db.find_credentials(user.id).await?;
        Ok(Some((user, credentials)))
    }

    /// Makes a better hash of a password that was just right, off the request's path.
    pub(super) fn rehash_if_outdated(&self, user: UserId, credentials: &Credentials, password: Password) {
        if !self.passwords.is_outdated(&credentials.hash) {
            return;
        }
        let (users, epoch) = (self.clone(), credentials.epoch);
        tokio::spawn(async move {
            // When there is no room now, the next sign-in tries again.
            let Ok(hash) = users.passwords.hash(password).await else { return };
            if let Err(error) = users.db.rehash(user, epoch, hash, users.clock.now()).await {
                tracing::warn!(cause = ?error, "a better hash was not kept");
            }
        });
    }

    pub(super) fn event(&self, caller: &Caller, action: Action, actor: Actor, subject: Option<UserId>) -> AuditEvent {
        let now = self.clock.now();
        caller.event(self.randomness.audit_id(now), now, action, actor, subject)
    }

    pub(super) fn db(&self) -> &Db {
        &self.db
    }

    pub(super) fn sessions(&self) -> &Sessions {
        &self.sessions
    }

    pub(super) fn passwords(&self) -> &Passwords {
        &self.passwords
    }

    pub(super) fn randomness(&self) -> &Randomness {
        &self.randomness
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    async fn hash(&self, password: Password) -> Result<String, UserError> {
        let busy = |_| UserError::Service(ServiceError::Unavailable(StoreError::Unavailable(None)));
        self.passwords.hash(password).await.map_err(busy)
    }

    async fn check_roles(&self, wanted: &[String]) -> Result<(), UserError> {
        let known = self.db.role_names().await?;
        match wanted.iter().find(|role| !known.contains(role)) {
            Some(role) => Err(UserError::UnknownRole(role.clone())),
            None => Ok(()),
        }
    }
}

/// What someone is called who gives no name.
pub(super) fn usual_name(username: Option<&Username>, email: &Email) -> Option<DisplayName> {
    let name = username.map_or(email.local_part(), Username::as_str);
    DisplayName::parse(&name.chars().take(100).collect::<String>()).ok()
}

fn action(change: &UserChange) -> Action {
    match change {
        UserChange::Name(_) => Action::UserChanged,
        UserChange::Verified => Action::UserVerified,
        UserChange::Ban { .. } => Action::UserBanned,
        UserChange::Unban => Action::UserUnbanned,
        UserChange::Roles(_) => Action::RolesChanged,
        UserChange::PasswordHash(_) => Action::PasswordChanged,
        UserChange::SignOutEverywhere => Action::SignedOutEverywhere,
        UserChange::Delete => Action::UserDeleted,
    }
}

fn details(change: &UserChange) -> serde_json::Value {
    match change {
        UserChange::Ban { until, reason } => {
            serde_json::json!({ "until": until.map(|at| at.to_string()), "reason": reason })
        }
        UserChange::Roles(roles) => serde_json::json!({ "roles": roles }),
        _ => serde_json::json!({}),
    }
}
