//! Which users a list shows.

use crate::model::{Status, TimeRange};
use std::fmt;

/// Filter of users. `None` stands for both.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserFilter {
    /// Beginnings of words of an email address, a username or a name, ignoring case, or an id; empty for all.
    pub search: String,
    pub status: Option<Status>,
    /// The name of a role that they have.
    pub role: Option<String>,
    pub is_verified: Option<bool>,
    pub is_locked: Option<bool>,
    pub is_signed_in: Option<bool>,
    pub created: TimeRange,
    /// Users who never signed in are in no range.
    pub last_sign_in: TimeRange,
}

/// Writes the conditions as words like `status:active`.
impl fmt::Display for UserFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { search, status, role, is_verified, is_locked, is_signed_in, created, last_sign_in } = self;
        let flag = |flag: &Option<bool>| flag.map(|flag| flag.to_string()).unwrap_or_default();
        let conditions = [
            ("search", search.clone()),
            ("status", status.map(|status| status.to_string()).unwrap_or_default()),
            ("role", role.clone().unwrap_or_default()),
            ("verified", flag(is_verified)),
            ("locked", flag(is_locked)),
            ("signedIn", flag(is_signed_in)),
            ("created", created.to_string()),
            ("lastSignIn", last_sign_in.to_string()),
        ];
        let words = conditions.into_iter().filter(|(_, value)| !value.is_empty());
        f.write_str(&words.map(|(name, value)| format!("{name}:{value}")).collect::<Vec<_>>().join(" "))
    }
}
