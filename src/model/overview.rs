//! Data of the overview of the administration.

use super::Timestamp;
use serde::{Deserialize, Serialize};

/// The figures that an operator wants to see first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteOverview {
    pub users: i64,
    pub unverified: i64,
    /// Users who signed in within 24 hours, and within 30 days.
    pub signed_in_today: i64,
    pub signed_in_lately: i64,
    pub live_sessions: i64,
    pub flagged_sessions: i64,
    pub locked: i64,
    pub failed_mails: i64,
    /// The size of the database in bytes.
    pub size: i64,
    /// Whether emails are written to files, because no email server is set.
    pub has_no_mail_server: bool,
    /// The last 24 hours and the last 30 days in UTC, each with the current one as its last.
    pub hours: Vec<SignIns>,
    pub days: Vec<SignIns>,
    /// When all this was counted.
    pub now: Timestamp,
}

/// How many sign-ins there were in one hour or on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIns {
    /// When it began.
    pub at: Timestamp,
    pub succeeded: i64,
    pub failed: i64,
}
