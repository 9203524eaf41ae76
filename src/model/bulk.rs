//! Work on many users.

use super::Permission;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, VariantArray};

/// What can be done to many users. The text is its name in the API and in addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Display, EnumString, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum BulkKind {
    Ban,
    Unban,
    Verify,
    Unlock,
    SetRoles,
    SignOut,
    Delete,
}

impl BulkKind {
    /// Returns the permission that the same action on one user takes.
    pub fn permission(self) -> Permission {
        match self {
            Self::Ban | Self::Unban | Self::Verify | Self::Unlock | Self::Delete => Permission::UsersWrite,
            Self::SetRoles => Permission::RolesWrite,
            Self::SignOut => Permission::SessionsRevoke,
        }
    }
}

/// Why one of many users was not changed. The text is its name in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Display, EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum BulkFailure {
    Missing,
    LastAdministrator,
    /// The user has a permission that the maker of the job lacks.
    BeyondMaker,
    /// The maker may no longer do this at all.
    NoLongerAllowed,
    /// A name that the change would give to the user is taken.
    Taken,
    Failed,
}
