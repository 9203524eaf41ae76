//! What the dashboard shows.

use super::{OwnSession, Timestamp};
use serde::{Deserialize, Serialize};

/// Something that happened to an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    pub at: Timestamp,
    pub what: String,
    pub device: String,
    pub network: String,
    /// Whether a person should look twice.
    pub is_warning: bool,
}

/// The whole page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dashboard {
    pub name: String,
    pub email: String,
    pub username: Option<String>,
    pub roles: Vec<String>,
    pub current: OwnSession,
    /// When the access token ends; the server's own clock now, so that a browser's wrong one does no harm.
    pub access_issued_at: Timestamp,
    pub access_expires_at: Timestamp,
    pub now: Timestamp,
    pub others: Vec<OwnSession>,
    pub activity: Vec<Activity>,
}
