//! Users.

use super::{DisplayName, Email, Timestamp, UserId, Username};
use std::{fmt, str::FromStr};

/// Whether a user may sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// May sign in.
    Active,
    /// May not sign in until the ban ends.
    Banned,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Active => "active",
            Self::Banned => "banned",
        })
    }
}

impl FromStr for Status {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "active" => Ok(Self::Active),
            "banned" => Ok(Self::Banned),
            _ => Err(()),
        }
    }
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
