//! Errors that every service can return.

use super::Fault;
use crate::server::store::StoreError;

/// A failure of which callers learn only the kind.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The database is busy or does not respond; the caller can try again later.
    #[error("the database is busy or not responding: try again")]
    Unavailable(#[source] StoreError),
    /// The caller's session has ended, or its user has lost permissions since.
    #[error("Token revoked")]
    Revoked,
    /// The audit log is not what was sealed.
    #[error("the audit log was tampered with: {0}")]
    Tampered(#[from] Fault),
    /// The settings are unusable.
    #[error("{0}")]
    Settings(&'static str),
    /// Any other failure. The cause is only for the log.
    #[error("unexpected database error: check the database and its disk")]
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
