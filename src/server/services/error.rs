//! What can go wrong in a service beside what its own errors tell.

use crate::server::store::StoreError;

/// A failure that a caller may know only the kind of.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// Try again later: the database is held, or does not answer.
    #[error("Service busy")]
    Unavailable(#[source] StoreError),
    /// The session in whose name it was asked has ended, or its user may do less by now.
    #[error("Token revoked")]
    Revoked,
    /// The settings can't be worked with.
    #[error("{0}")]
    Settings(&'static str),
    /// Anything else; the cause is for the log.
    #[error("Internal server error")]
    Internal(#[source] StoreError),
}

impl From<StoreError> for ServiceError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) => Self::Unavailable(error),
            StoreError::Revoked => Self::Revoked,
            other => Self::Internal(other),
        }
    }
}
