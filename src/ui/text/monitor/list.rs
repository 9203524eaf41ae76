//! Text of the list of sessions and its filters.

use crate::model::{EndReason, RiskSignal, SessionState, SortKey, StateFilter};

pub const MONITOR: &str = "Monitor";
pub const FLAGGED_SESSIONS: &str = "Suspected";
pub const FILTER: &str = "Filter the sessions";
pub const SEARCH: &str = "User or device";
pub const STATE: &str = "State";
pub const KIND: &str = "Kind";
pub const ANY_STATE: &str = "Not ended";
pub const ANY_KIND: &str = "Any";
pub const BROWSER: &str = "Browser";
pub const ORDER: &str = "Order";
pub const BY_COLUMN: &str = "By column";
pub const APPLY: &str = "Show";
pub const CLEAR: &str = "Show all";
pub const ONE_USER: &str = "Only the sessions of one user.";
pub const SESSIONS: &str = "Sessions";
pub const USER: &str = "User";
pub const DEVICE: &str = "Device and network";
pub const NETWORK: &str = "Network";
pub const OPEN: &str = "Open the session on ";
pub const ACTIONS: &str = "Actions";
pub const END: &str = "End";
pub const THIS_ONE: &str = "Yours, here";
pub const PARTS: &str = "Parts of the list";
pub const PREVIOUS: &str = "Previous";
pub const NEXT: &str = "Next";
pub const NOBODY: &str = "Nobody is signed in. Whoever signs in shows here.";
pub const NO_MATCH: &str = "No session is like that.";
pub const CHANGED: &str = "The list has changed.";
pub const SHOW: &str = "Show";
pub const OVER: &str = "over";
pub const CONNECTING: &str = "Connecting";
pub const LIVE: &str = "Live";
pub const RECONNECTING: &str = "Reconnecting";
pub const PAUSED: &str = "Paused";
pub const PAUSE: &str = "Pause";
pub const RESUME: &str = "Resume";
pub const NO_SCRIPTS: &str = "As of when this page was loaded.";
pub const LOST: &str = "The connection is lost. What is shown may be old; nothing that happens is missed.";

/// Returns the heading of a sortable column.
pub fn column(key: SortKey) -> &'static str {
    match key {
        SortKey::User => USER,
        SortKey::CreatedAt => "Signed in",
        SortKey::LastSeenAt => "Last seen",
        SortKey::AccessExpiresAt => "Access left",
        SortKey::RefreshExpiresAt => "Refresh left",
        SortKey::Generation => "Renewed",
    }
}

/// Names a state that the list can be filtered by.
pub fn state_word(state: StateFilter) -> &'static str {
    match state {
        StateFilter::Live => "Live",
        StateFilter::Flagged => FLAGGED_SESSIONS,
        StateFilter::Ended => "Ended",
    }
}

/// Names the state of a session.
pub fn state(state: SessionState) -> &'static str {
    match state {
        SessionState::Live => "Live",
        SessionState::Flagged(_) => FLAGGED_SESSIONS,
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
        RiskSignal::NetworkChanged => "its network changed",
        RiskSignal::BrowserChanged => "its browser changed",
        RiskSignal::NetworkAndBrowserChanged => "its network and browser changed",
        RiskSignal::Replayed => "a refresh token was used twice",
    }
}

/// Describes why a session ended.
pub fn end_reason(reason: EndReason) -> &'static str {
    match reason {
        EndReason::SignedOut => "signed out",
        EndReason::Revoked => "revoked",
        EndReason::Idle => "not used for too long",
        EndReason::Expired => "at the end of its life",
        EndReason::Replayed => "a refresh token was used twice",
        EndReason::UnknownGeneration => "a token of a later backup",
        EndReason::PasswordChanged => "the password was changed",
        EndReason::Banned => "the user was banned",
        EndReason::Surplus => "too many newer sessions",
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
