//! Work that a caller who leaves cannot stop.

use super::ServiceError;
use crate::server::store::{StoreError, spawn};

/// Runs `work` in its own task, so that a caller who leaves cannot stop it between the commit and the events
/// that report it.
pub async fn to_the_end<T, W>(work: W) -> Result<T, ServiceError>
where
    T: Send + 'static,
    W: Future<Output = Result<T, ServiceError>> + Send + 'static,
{
    spawn(work).await.map_err(|_| ServiceError::Internal(StoreError::BrokenOff))?
}
