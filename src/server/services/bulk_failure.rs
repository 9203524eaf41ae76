//! Why a job does not change a user.

use super::ServiceError;
use crate::{model::BulkFailure, server::store::StoreError};

/// Returns what the report says of users who would ban themselves.
pub fn of_own_ban(is_sole_administrator: bool) -> BulkFailure {
    if is_sole_administrator { BulkFailure::LastAdministrator } else { BulkFailure::OwnBan }
}

/// Returns what the report says of an error; the error itself if the database can't work now.
pub fn of(error: StoreError) -> Result<BulkFailure, ServiceError> {
    Ok(match error {
        StoreError::Unavailable(_) => return Err(error.into()),
        StoreError::Missing => BulkFailure::Missing,
        StoreError::Forbidden => BulkFailure::LastAdministrator,
        StoreError::BeyondActor => BulkFailure::BeyondMaker,
        StoreError::Revoked => BulkFailure::NoLongerAllowed,
        StoreError::Taken => BulkFailure::Taken,
        other => {
            tracing::error!(cause = ?other, "a user of a job was not changed");
            BulkFailure::Failed
        }
    })
}
