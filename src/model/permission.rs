//! Permissions that roles grant.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, VariantArray};

/// The built-in role with every permission.
pub const ADMIN: &str = "admin";
/// The built-in role that every user has.
pub const USER: &str = "user";

/// A permission that a role can grant. The text is its name in the database and the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Display, EnumString, VariantArray, Serialize, Deserialize)]
pub enum Permission {
    #[strum(serialize = "users:read")]
    UsersRead,
    #[strum(serialize = "users:write")]
    UsersWrite,
    #[strum(serialize = "roles:read")]
    RolesRead,
    #[strum(serialize = "roles:write")]
    RolesWrite,
    #[strum(serialize = "sessions:read")]
    SessionsRead,
    #[strum(serialize = "sessions:revoke")]
    SessionsRevoke,
    #[strum(serialize = "audit:read")]
    AuditRead,
    #[strum(serialize = "mail:read")]
    MailRead,
    #[strum(serialize = "mail:write")]
    MailWrite,
    #[strum(serialize = "system:read")]
    SystemRead,
}
