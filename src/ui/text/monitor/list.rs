//! Text of the list of sessions and its filters.

use crate::model::{EndReason, RiskSignal, SessionSortKey, SessionState, StateFilter};

pub const MONITOR: &str = "Sessions";
pub const FLAGGED_SESSIONS: &str = "Suspicious";
pub const FILTER: &str = "Filter sessions";
pub const SEARCH: &str = "Search by user, device or network";
pub const STATE: &str = "State";
pub const KIND: &str = "Type";
pub const ANY_STATE: &str = "Active";
pub const ANY_KIND: &str = "All";
pub const BROWSER: &str = "Browser";
pub const API_CLIENT: &str = "API client";
pub const API_KEY: &str = "API key";
pub const ORDER: &str = "Sort by";
pub const BY_COLUMN: &str = "Custom (column order)";
pub const APPLY: &str = "Apply";
pub const CLEAR: &str = "Clear filters";
pub const SESSIONS_OF: &str = "Showing sessions of";
pub const ONE_USER: &str = "one user";
pub const SESSIONS: &str = "Session list";
pub const USER: &str = "User";
pub const DEVICE: &str = "Device";
pub const NETWORK: &str = "Network";
pub const OPEN: &str = "Open the session on ";
pub const ACTIONS: &str = "Actions";
pub const END: &str = "Revoke";
pub const PARTS: &str = "Pagination";
pub const PREVIOUS: &str = "Previous";
pub const NEXT: &str = "Next";
pub const NO_SESSIONS: &str = "No active sessions.";
pub const NO_MATCH: &str = "No sessions match these filters.";
pub const CHANGED: &str = "The list has changed.";
pub const SHOW: &str = "Refresh";
pub const OVER: &str = "expired";
pub const NEVER: &str = "never";
pub const CONNECTING: &str = "Connecting…";
pub const LIVE: &str = "Live";
pub const RECONNECTING: &str = "Reconnecting…";
pub const PAUSED: &str = "Paused";
pub const PAUSE: &str = "Pause";
pub const RESUME: &str = "Resume";
pub const NO_SCRIPTS: &str = "Snapshot from page load";
pub const LOST: &str = "Connection lost. No events will be missed.";

/// Returns the heading of a sortable column.
pub fn column(key: SessionSortKey) -> &'static str {
    match key {
        SessionSortKey::User => USER,
        SessionSortKey::CreatedAt => "Started",
        SessionSortKey::LastSeenAt => "Last active",
        SessionSortKey::AccessExpiresAt => "Access expires in",
        SessionSortKey::RefreshExpiresAt => "Refresh expires in",
        SessionSortKey::Generation => "Refreshes",
    }
}

/// Names a state that the list can be filtered by.
pub fn state_word(state: StateFilter) -> &'static str {
    match state {
        StateFilter::Live => "Not suspicious",
        StateFilter::Flagged => FLAGGED_SESSIONS,
        StateFilter::Ended => "Ended",
    }
}

/// Names the state of a session. `is_idle` says whether its last access token has expired.
pub fn state(state: SessionState, is_idle: bool) -> &'static str {
    match state {
        SessionState::Live if is_idle => "Idle",
        SessionState::Live => "Active",
        SessionState::Flagged(_) => FLAGGED_SESSIONS,
        SessionState::Ended(EndReason::Idle | EndReason::Expired) => "Expired",
        SessionState::Ended(_) => "Ended",
    }
}

/// Returns the reason for a session's state, if there is one.
pub fn why(state: SessionState) -> Option<&'static str> {
    match state {
        SessionState::Live => None,
        SessionState::Flagged(signal) => Some(risk_signal(signal)),
        SessionState::Ended(reason) => Some(end_reason(reason)),
    }
}

/// Describes a risk signal.
pub fn risk_signal(signal: RiskSignal) -> &'static str {
    match signal {
        RiskSignal::NetworkChanged => "Network changed",
        RiskSignal::BrowserChanged => "Browser changed",
        RiskSignal::NetworkAndBrowserChanged => "Network and browser changed",
        RiskSignal::Replayed => "Refresh token reused",
    }
}

/// Describes why a session ended.
pub fn end_reason(reason: EndReason) -> &'static str {
    match reason {
        EndReason::SignedOut => "Signed out",
        EndReason::Revoked => "Revoked",
        EndReason::Idle => "Inactive too long",
        EndReason::Expired => "Maximum lifetime reached",
        EndReason::Replayed => "Refresh token reused",
        EndReason::UnknownGeneration => "Token newer than the restored backup",
        EndReason::PasswordChanged => "Password changed",
        EndReason::Banned => "User suspended",
        EndReason::Surplus => "Too many sessions",
    }
}

/// Describes how a newer list differs from the one shown.
pub fn newcomers(count: usize) -> String {
    match count {
        0 => CHANGED.to_owned(),
        1 => "1 new session".to_owned(),
        _ => format!("{count} new sessions"),
    }
}
