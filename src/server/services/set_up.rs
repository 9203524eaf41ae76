//! Set-up: the first administrator is made with a link that works once.

use super::{Caller, NewAccount, ServiceError, UserError, Users, links};
use crate::{
    model::{ADMIN, USER, UserId},
    server::store::{Action, Actor, Purpose, StoreError},
};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// Makes set-up links and the first administrator.
#[derive(Clone)]
pub struct SetUp {
    users: Users,
    /// Set once there is a user: from then on nobody asks the database.
    has_begun: Arc<AtomicBool>,
}

/// Why the first administrator was not made.
#[derive(Debug, thiserror::Error)]
pub enum SetUpError {
    /// Used, expired, older than the newest, or never made.
    #[error("This set-up link does not work any more")]
    DeadLink,
    /// There is an administrator.
    #[error("Claviger is set up already")]
    Done,
    #[error("The email address or username is taken")]
    Taken,
    #[error(transparent)]
    Service(#[from] ServiceError),
}

impl SetUp {
    pub(super) fn new(users: Users) -> Self {
        Self { users, has_begun: Arc::default() }
    }

    /// A new link while there is no administrator; older ones are dead. None if there is one.
    pub async fn link(&self) -> Result<Option<String>, ServiceError> {
        let core = self.users.core();
        if core.db.has_administrator().await? {
            return Ok(None);
        }
        let now = core.now();
        let link = core.links.set_up(now);
        core.db.insert_secret(link.secret, now).await?;
        Ok(Some(link.url))
    }

    /// Whether there is no user at all: then every page says how to set the server up, and nobody registers.
    pub async fn is_awaited(&self) -> Result<bool, ServiceError> {
        if self.has_begun.load(Ordering::Relaxed) {
            return Ok(false);
        }
        let has_begun = self.users.core().db.has_user().await?;
        self.has_begun.store(has_begun, Ordering::Relaxed);
        Ok(!has_begun)
    }

    /// Whether a link's token would work.
    pub async fn is_good(&self, token: &str) -> Result<bool, ServiceError> {
        let core = self.users.core();
        if core.db.has_administrator().await? {
            return Ok(false);
        }
        let found = core.db.find_live_secret(&links::digest(token), core.now()).await?;
        Ok(found.is_some_and(|secret| secret.purpose == Purpose::SetUp))
    }

    /// Whether there is an administrator, so that there is nothing to set up.
    pub async fn is_done(&self) -> Result<bool, ServiceError> {
        Ok(self.users.core().db.has_administrator().await?)
    }

    /// Makes the first administrator and uses the link up, both or neither.
    pub async fn make_administrator(
        &self,
        token: &str,
        account: NewAccount,
        caller: &Caller,
    ) -> Result<UserId, SetUpError> {
        // Asked before the hash, which a dead link shall not cost.
        if !self.is_good(token).await? {
            return Err(if self.is_done().await? { SetUpError::Done } else { SetUpError::DeadLink });
        }
        let account = NewAccount { roles: vec![ADMIN.to_owned(), USER.to_owned()], is_verified: true, ..account };
        let user = self.users.prepare(account, caller).await.map_err(|error| match error {
            UserError::Service(error) => SetUpError::Service(error),
            _ => SetUpError::Taken,
        })?;
        let id = user.id;
        let event = self.users.core().event(caller, Action::AdministratorSetUp, Actor::User(id), Some(id));
        let now = event.at;
        match self.users.core().db.insert_first_administrator(user, links::digest(token), event, now).await {
            Ok(()) => Ok(id),
            Err(StoreError::Missing) => Err(SetUpError::DeadLink),
            Err(StoreError::Forbidden) => Err(SetUpError::Done),
            Err(StoreError::Taken) => Err(SetUpError::Taken),
            Err(other) => Err(SetUpError::Service(other.into())),
        }
    }
}
