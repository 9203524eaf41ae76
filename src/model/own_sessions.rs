//! A user's own sessions.

use super::{Page, SessionKind, Timestamp};
use serde::{Deserialize, Serialize};

/// One of the user's own sessions, in a form for display.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnSession {
    pub id: String,
    pub kind: SessionKind,
    /// For example `Firefox on Linux`.
    pub device: String,
    /// Whether it is a phone or tablet.
    pub is_handheld: bool,
    pub network: String,
    pub signed_in_at: Timestamp,
    pub last_seen_at: Timestamp,
    /// Number of token refreshes; `refreshed_at` is the time of the last one.
    pub refreshes: i64,
    pub refreshed_at: Option<Timestamp>,
    /// When the session ends unless it is refreshed before.
    pub expires_at: Timestamp,
    pub is_current: bool,
}

/// The user's live sessions: the current one and one page of the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnSessions {
    pub current: OwnSession,
    /// Most recently seen first.
    pub others: Vec<OwnSession>,
    /// Cursors of the adjacent pages, if there are any.
    pub newer: Option<String>,
    pub older: Option<String>,
    pub now: Timestamp,
}

/// Pages that list the user's own sessions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum SessionsPage {
    #[default]
    Dashboard,
    Account,
}

impl SessionsPage {
    /// Returns the path of the page.
    pub fn path(self) -> &'static str {
        match self {
            Self::Dashboard => Page::Dashboard.path(),
            Self::Account => Page::OwnSessions.path(),
        }
    }

    /// Returns the page at this path, or the dashboard for any other path.
    pub fn at(path: &str) -> Self {
        if path == Self::Account.path() { Self::Account } else { Self::Dashboard }
    }
}
