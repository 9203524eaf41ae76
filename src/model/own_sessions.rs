//! Where a person is signed in.

use super::{SessionKind, Timestamp};
use serde::{Deserialize, Serialize};

/// One of a person's own sessions, in words the person understands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnSession {
    pub id: String,
    pub kind: SessionKind,
    /// `Firefox on Linux`.
    pub device: String,
    pub network: String,
    pub signed_in_at: Timestamp,
    pub last_seen_at: Timestamp,
    /// How often its tokens were renewed, and when last.
    pub renewals: i64,
    pub renewed_at: Option<Timestamp>,
    /// When it ends if it is not renewed before.
    pub expires_at: Timestamp,
    pub is_current: bool,
}

/// Those that are alive: this one, and a part of the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnSessions {
    pub current: OwnSession,
    /// The latest seen first.
    pub others: Vec<OwnSession>,
    /// The places that the parts beside this one begin at, if there are any.
    pub newer: Option<String>,
    pub older: Option<String>,
    pub now: Timestamp,
}

/// The pages that list one's own sessions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum SessionsPage {
    #[default]
    Dashboard,
    Account,
}

impl SessionsPage {
    /// The page's path.
    pub fn path(self) -> &'static str {
        match self {
            Self::Dashboard => "/dashboard",
            Self::Account => "/account/sessions",
        }
    }

    /// The page at this path; of any other, the dashboard.
    pub fn at(path: &str) -> Self {
        if path == Self::Account.path() { Self::Account } else { Self::Dashboard }
    }
}
