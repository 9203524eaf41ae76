//! What is counted for the overview.

use crate::model::Timestamp;

/// The numbers of users, sessions and mails of some kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SiteCounts {
    pub users: i64,
    pub unverified: i64,
    pub signed_in_today: i64,
    pub signed_in_lately: i64,
    pub live_sessions: i64,
    pub flagged_sessions: i64,
    pub locked: i64,
    pub failed_mails: i64,
}

/// How many sign-ins succeeded or failed in an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HourOfSignIns {
    /// When the hour began.
    pub at: Timestamp,
    pub is_success: bool,
    pub count: i64,
}
