//! Users.

use super::{DisplayName, Email, Timestamp, UserId, Username};
use strum::{Display, EnumString};

/// Whether a user may sign in. The text is its name in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Display, EnumString)]
#[strum(serialize_all = "lowercase")]
pub enum Status {
    /// May sign in.
    Active,
    /// May not sign in until the ban ends.
    Banned,
}

/// A user, as the services see one.
#[derive(Debug, Clone)]
pub struct User {
    pub id: UserId,
    pub email: Email,
    pub email_verified_at: Option<Timestamp>,
    pub username: Option<Username>,
    pub name: DisplayName,
    pub status: Status,
    /// When the ban ends on its own; `None` for a permanent ban.
    pub banned_until: Option<Timestamp>,
    pub ban_reason: Option<String>,
    /// Incremented by a ban, a change of password or roles, and sign-out everywhere; older tokens become stale.
    pub token_version: i64,
    /// Incremented by every change; used as the `ETag`.
    pub version: i64,
    pub roles: Vec<String>,
    pub last_sign_in_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl User {
    /// Returns whether a ban is in force at `now`.
    pub fn is_banned(&self, now: Timestamp) -> bool {
        self.status == Status::Banned && self.banned_until.is_none_or(|until| now < until)
    }
}
