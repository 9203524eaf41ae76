//! Data of the dashboard.

use super::{OwnSession, Timestamp};
use serde::{Deserialize, Serialize};

/// A recent event on the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    pub at: Timestamp,
    pub what: String,
    pub device: String,
    pub network: String,
    /// Whether the event deserves attention.
    pub is_warning: bool,
    /// Whether it happened in the session that reads this, where that is marked.
    pub is_current: bool,
    /// Whether its owner is asked to report it if it was someone else.
    pub is_reportable: bool,
}

/// A page of the user's own security log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityLog {
    /// Newest first.
    pub events: Vec<Activity>,
    /// Cursors of the pages with newer and older events.
    pub newer: Option<String>,
    pub older: Option<String>,
    pub now: Timestamp,
}

/// Everything that the dashboard shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dashboard {
    pub name: String,
    pub email: String,
    pub username: Option<String>,
    pub roles: Vec<String>,
    pub current: OwnSession,
    /// Lifetime of the access token. `now` is the server's time, so that a wrong browser clock does no harm.
    pub access_issued_at: Timestamp,
    pub access_expires_at: Timestamp,
    pub now: Timestamp,
    pub others: Vec<OwnSession>,
    pub activity: Vec<Activity>,
    /// What is left to set up; only for administrators.
    pub set_up: Option<SetUpList>,
}

/// What an administrator still has to set up, and what is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetUpList {
    /// Whether emails are sent, rather than saved as files.
    pub has_mail_server: bool,
    /// The address that links in emails begin with.
    pub public_url: String,
    /// Whether other machines may reach that address.
    pub is_public: bool,
    /// Whether someone else has an account or an invitation.
    pub has_others: bool,
}

impl SetUpList {
    /// Returns whether nothing is left that the server can check.
    pub fn is_done(&self) -> bool {
        self.has_mail_server && self.is_public && self.has_others
    }
}
