//! What the dashboard shows.

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
