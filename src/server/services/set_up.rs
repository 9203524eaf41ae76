//! Set-up: creates the first administrator by a single-use link.

use super::{Caller, ChosenPassword, NewAccount, ServiceError, UserError, UserService, links};
use crate::{
    model::{ADMIN, USER},
    server::{
        domain::{Actor, AuditAction, SecretPurpose},
        store::StoreError,
    },
};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// Issues set-up links and creates the first administrator.
#[derive(Clone)]
pub struct SetUpService {
    users: UserService,
    /// Set once there is a user, so that later checks need no query.
    has_begun: Arc<AtomicBool>,
}

/// Why the first administrator was not created.
#[derive(Debug, thiserror::Error)]
pub enum SetUpError {
    /// Used, expired, superseded by a newer one, or unknown.
    #[error("This set-up link has expired or was already used")]
    DeadLink,
    /// An administrator exists.
    #[error("Claviger is already set up")]
    Done,
    #[error("The email address or username is already in use")]
    Taken,
    #[error(transparent)]
    Service(#[from] ServiceError),
}

impl SetUpService {
    pub(super) fn new(users: UserService) -> Self {
        Self { users, has_begun: Arc::default() }
    }

    /// Creates a set-up link, which invalidates older ones; `None` if an administrator exists.
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

    /// Returns whether there are no users yet. Until then every page explains set-up and no one can register.
    pub async fn is_awaited(&self) -> Result<bool, ServiceError> {
        if self.has_begun.load(Ordering::Relaxed) {
            return Ok(false);
        }
        let has_begun = self.users.core().db.has_user().await?;
        self.has_begun.store(has_begun, Ordering::Relaxed);
        Ok(!has_begun)
    }

    /// Returns whether a link's token is valid.
    pub async fn is_good(&self, token: &str) -> Result<bool, ServiceError> {
        let core = self.users.core();
        if core.db.has_administrator().await? {
            return Ok(false);
        }
        let found = core.db.find_live_secret(&links::digest(token), core.now()).await?;
        Ok(found.is_some_and(|secret| secret.purpose == SecretPurpose::SetUp))
    }

    /// Returns whether an administrator exists.
    pub async fn is_done(&self) -> Result<bool, ServiceError> {
        Ok(self.users.core().db.has_administrator().await?)
    }

    /// Creates the first administrator and consumes the link, in one transaction.
    pub async fn make_administrator(
        &self,
        token: &str,
        account: NewAccount,
        caller: &Caller,
    ) -> Result<ChosenPassword, SetUpError> {
        // Checked before hashing, so that a dead link costs no hash.
        if !self.is_good(token).await? {
            return Err(if self.is_done().await? { SetUpError::Done } else { SetUpError::DeadLink });
        }
        let account = NewAccount { roles: vec![ADMIN.to_owned(), USER.to_owned()], is_verified: true, ..account };
        let user = self.users.prepare(account, caller).await.map_err(|error| match error {
            UserError::Service(error) => SetUpError::Service(error),
            _ => SetUpError::Taken,
        })?;
        let id = user.id;
        let event = self.users.core().event(caller, AuditAction::AdministratorSetUp, Actor::User(id), Some(id));
        let now = event.at;
        match self.users.core().db.insert_first_administrator(user, links::digest(token), event, now).await {
            Ok(()) => Ok(ChosenPassword { user: id, epoch: links::FIRST_EPOCH }),
            Err(StoreError::Missing) => Err(SetUpError::DeadLink),
            Err(StoreError::Forbidden) => Err(SetUpError::Done),
            Err(StoreError::Taken) => Err(SetUpError::Taken),
            Err(other) => Err(SetUpError::Service(other.into())),
        }
    }
}
