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
}
