//! Which users a list shows.

use crate::model::{Status, TimeRange};

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
