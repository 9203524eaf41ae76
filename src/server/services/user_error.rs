//! Why users are not created or changed.

use super::{NamesInUse, ServiceError};
use crate::server::store::StoreError;

/// Why a user was not created or changed.
#[derive(Debug, thiserror::Error)]
pub enum UserError {
    #[error("email or username already in use")]
    Taken(NamesInUse),
    #[error("no such user")]
    Missing,
    /// One user's id is another's username, from before such usernames were rejected.
    #[error("this is the id of {by_id} and the username of {by_username}: use the email address instead")]
    Ambiguous { by_id: String, by_username: String },
    #[error("unknown role {role:?} (available: {known})")]
    UnknownRole { role: String, known: String },
    /// A role given until a time that has passed.
    #[error("the role {0:?} would already have ended")]
    RoleEnded(String),
    #[error("can't remove the last administrator: make another user an administrator first")]
    LastAdministrator,
    #[error("changed by someone else meanwhile: read it again, then repeat the change")]
    Changed,
    #[error("this takes a permission that you don't have, or don't have for as long")]
    BeyondActor,
    #[error("You can't ban yourself")]
    OwnBan,
    #[error("Fresh sign-in required")]
    NotFresh,
    /// The user's own address, within a day of a report that someone else has used the account.
    #[error("Email can't be changed for 24 hours after a report of an unknown sign-in")]
    EmailFrozen,
    #[error(transparent)]
    Service(#[from] ServiceError),
}

impl From<StoreError> for UserError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Taken => Self::Taken(NamesInUse::default()),
            StoreError::Missing => Self::Missing,
            StoreError::Forbidden => Self::LastAdministrator,
            StoreError::Changed => Self::Changed,
            StoreError::BeyondActor => Self::BeyondActor,
            StoreError::EmailFrozen => Self::EmailFrozen,
            other => Self::Service(other.into()),
        }
    }
}
