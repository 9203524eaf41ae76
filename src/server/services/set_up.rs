//! Set-up: the first administrator is made with a link that works once.

use super::{Caller, NewAccount, ServiceError, UserError, Users};
use crate::{
    model::{ADMIN, USER, UserId},
    server::store::{Action, Actor, NewSecret, Purpose, StoreError},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use std::time::Duration;

/// How long a set-up link works.
const LIFE: Duration = Duration::from_hours(24);

/// Makes set-up links and the first administrator.
#[derive(Clone)]
pub struct SetUp {
    users: Users,
    public_url: String,
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
    pub(super) fn new(users: Users, public_url: String) -> Self {
        Self { users, public_url }
    }

    /// A new link while there is no administrator; older ones are dead. None if there is one.
    pub async fn link(&self) -> Result<Option<String>, ServiceError> {
        if self.users.db().has_administrator().await? {
            return Ok(None);
        }
        let token = URL_SAFE_NO_PAD.encode(self.users.randomness().bytes::<32>());
        let now = self.users.now();
        let secret = NewSecret {
            id: self.users.randomness().secret_id(now),
            purpose: Purpose::SetUp,
            subject: "installation".to_owned(),
            digest: digest(&token),
            expires_at: now + LIFE,
        };
        self.users.db().insert_secret(secret, now).await?;
        Ok(Some(format!("{}/setup?token={token}", self.public_url)))
    }

    /// Whether a link's token would work.
    pub async fn is_good(&self, token: &str) -> Result<bool, ServiceError> {
        let db = self.users.db();
        if db.has_administrator().await? {
            return Ok(false);
        }
        Ok(db.is_secret_good(Purpose::SetUp, &digest(token), self.users.now()).await?)
    }

    /// Whether there is an administrator, so that there is nothing to set up.
    pub async fn is_done(&self) -> Result<bool, ServiceError> {
        Ok(self.users.db().has_administrator().await?)
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
        let user = self.users.prepare(account).await.map_err(|error| match error {
            UserError::Service(error) => SetUpError::Service(error),
            _ => SetUpError::Taken,
        })?;
        let id = user.id;
        let event = self.users.event(caller, Action::AdministratorSetUp, Actor::Anonymous, Some(id));
        let now = event.at;
        match self.users.db().insert_first_administrator(user, digest(token), event, now).await {
            Ok(()) => Ok(id),
            Err(StoreError::Missing) => Err(SetUpError::DeadLink),
            Err(StoreError::Forbidden) => Err(SetUpError::Done),
            Err(StoreError::Taken) => Err(SetUpError::Taken),
            Err(other) => Err(SetUpError::Service(other.into())),
        }
    }
}

/// A token of 256 random bits needs no slow hash.
fn digest(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(token.as_bytes()))
}
