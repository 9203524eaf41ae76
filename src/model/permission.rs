//! Permissions that roles grant.

use std::{fmt, str::FromStr};

/// The built-in role with every permission.
pub const ADMIN: &str = "admin";
/// The built-in role that every user has.
pub const USER: &str = "user";

macro_rules! permissions {
    ($($name:ident = $text:literal),+ $(,)?) => {
        /// A permission that a role can grant.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Permission { $(#[doc = $text] $name),+ }

        impl Permission {
            /// Every permission.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// Returns the name that the database and the API use.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }
        }
    };
}

permissions! {
    UsersRead = "users:read",
    UsersWrite = "users:write",
    RolesRead = "roles:read",
    RolesWrite = "roles:write",
    SessionsRead = "sessions:read",
    SessionsRevoke = "sessions:revoke",
    AuditRead = "audit:read",
    MailRead = "mail:read",
    MailWrite = "mail:write",
    SystemRead = "system:read",
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Permission {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.iter().copied().find(|permission| permission.as_str() == text).ok_or(())
    }
}
