//! Text of the monitor.

use crate::model::{EndReason, EndScope, EndedBy, RiskSignal, SessionState, SortKey, StateFilter, Timestamp};

pub const MONITOR: &str = "Monitor";
pub const LIVE_SESSIONS: &str = "Live sessions";
pub const SUSPECTED_SESSIONS: &str = "Suspected";
pub const LAST_HOUR: &str = "The last hour, by minute";
pub const SIGN_INS: &str = "Sign-ins";
pub const RENEWALS: &str = "Renewals";
pub const REFUSALS: &str = "Refusals";

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

pub const EVENTS: &str = "Events";
pub const NO_EVENTS: &str = "What happens from now on shows here.";
pub const SOMEBODY: &str = "somebody who is gone";

pub const END_SESSIONS: &str = "End sessions";
pub const END_SESSIONS_LEAD: &str = "Whoever is signed in there has to sign in again. Accounts stay as they are.";
pub const CANCEL: &str = "Cancel";
pub const NOTHING_TO_END: &str = "There is no live session to end.";

pub const BACK: &str = "All sessions";
pub const ID: &str = "Id";
pub const ACCESS_LEFT: &str = "Access token";
pub const REFRESH_LEFT: &str = "Refresh token";
pub const ENDED_AT: &str = "Ended";
pub const ENDED_BY: &str = "Ended by";
pub const HISTORY: &str = "History";
pub const NOT_RENEWED: &str = "Its tokens were not renewed yet. Each renewal shows here, with where it came from.";
pub const LATEST: &str = "The latest 50 are shown.";

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
        StateFilter::Suspected => SUSPECTED_SESSIONS,
        StateFilter::Ended => "Ended",
    }
}

/// Names the state of a session.
pub fn state(state: SessionState) -> &'static str {
    match state {
        SessionState::Live => "Live",
        SessionState::Suspected(_) => SUSPECTED_SESSIONS,
        SessionState::Ended(_) => "Ended",
    }
}

/// Returns the reason for a session's state, if there is one.
pub fn why(state: SessionState) -> Option<&'static str> {
    match state {
        SessionState::Live => None,
        SessionState::Suspected(suspicion) => Some(self::suspicion(suspicion)),
        SessionState::Ended(reason) => Some(end_reason(reason)),
    }
}

/// Describes a risk signal.
pub fn suspicion(suspicion: RiskSignal) -> &'static str {
    match suspicion {
        RiskSignal::NetworkChanged => "its network changed",
        RiskSignal::BrowserChanged => "its browser changed",
        RiskSignal::NetworkAndBrowserChanged => "its network and browser changed",
        RiskSignal::Replayed => "a refresh token was used twice",
    }
}

/// Names who ended a session.
pub fn ended_by(by: EndedBy) -> String {
    match by {
        EndedBy::User(_) => "its owner".to_owned(),
        EndedBy::Admin { email: Some(email), .. } => email,
        EndedBy::Admin { id: Some(_), email: None } => "an administrator who is gone".to_owned(),
        EndedBy::Admin { id: None, email: None } => "an administrator".to_owned(),
        EndedBy::Cli => "the command line".to_owned(),
        EndedBy::System => "Claviger".to_owned(),
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

/// Describes an event of the stream; `None` if its name is unknown.
pub fn event(name: &str, reason: Option<&str>) -> Option<String> {
    let what = match name {
        "session.started" => "signed in",
        "session.renewed" => "renewed",
        "session.ended" => "session ended",
        "session.suspected" => "suspected",
        _ => return None,
    };
    let why = reason.and_then(|reason| {
        let ended = reason.parse().ok().map(end_reason);
        ended.or_else(|| reason.parse().ok().map(suspicion))
    });
    Some(why.map_or_else(|| what.to_owned(), |why| format!("{what}: {why}")))
}

/// Formats the number of sessions that match the filter.
pub fn total(count: i64) -> String {
    if count == 1 { "1 session".to_owned() } else { format!("{} sessions", grouped(count)) }
}

/// Formats a number with a thin space between thousands.
pub fn grouped(number: i64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) && digit.is_ascii_digit() {
            text.push('\u{2009}');
        }
        text.push(digit);
    }
    text
}

/// Describes how a newer list differs from the one shown.
pub fn newcomers(count: usize) -> String {
    match count {
        0 => CHANGED.to_owned(),
        1 => "1 new session".to_owned(),
        _ => format!("{count} new sessions"),
    }
}

/// Describes one series of the chart for screen readers. `peak` is the highest count in a minute and when it
/// occurred.
pub fn series(name: &str, sum: i64, peak: Option<(i64, Timestamp)>) -> String {
    match peak {
        None => format!("{name}: none in the last hour"),
        Some((most, at)) => format!("{name}: {sum} in the last hour, at most {most} in a minute, {}", at.in_words()),
    }
}

/// Describes the revocation delay. Arguments are in milliseconds.
pub fn revocation(promised: i64, measured: Option<i64>) -> String {
    let promise = format!(
        "A revoked session is refused at its next request. Other nodes know of it within {}, or refuse everybody until \
         they do.",
        span(promised)
    );
    match measured {
        None => format!("{promise} None was heard of from another node yet."),
        Some(measured) => format!("{promise} Measured: {}.", span(measured)),
    }
}

fn span(millis: i64) -> String {
    match millis {
        0..1000 => format!("{millis} ms"),
        _ if millis % 1000 == 0 => format!("{} s", millis / 1000),
        _ => format!("{}.{} s", millis / 1000, millis % 1000 / 100),
    }
}

/// Summarizes recent events for screen readers; `None` if there were none.
pub fn summary(signed_in: usize, renewed: usize, ended: usize, suspected: usize) -> Option<String> {
    let count = |n: usize, one: &str, many: &str| match n {
        0 => None,
        1 => Some(format!("1 {one}")),
        _ => Some(format!("{n} {many}")),
    };
    let parts = [
        count(signed_in, "sign-in", "sign-ins"),
        count(renewed, "renewal", "renewals"),
        count(ended, "session ended", "sessions ended"),
        count(suspected, "session suspected", "sessions suspected"),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// Returns the title of the confirmation page.
pub fn end_title(scope: EndScope) -> &'static str {
    match scope {
        EndScope::Session => "End this session?",
        EndScope::User => "End all sessions of this user?",
        EndScope::Others => "End everybody's sessions but this one?",
        EndScope::All => "End all sessions?",
    }
}

/// Labels the button that ends the sessions, and the link to the confirmation page.
pub fn end_button(scope: EndScope) -> &'static str {
    match scope {
        EndScope::Session => "End session",
        EndScope::User => "End all of this user",
        EndScope::Others => "End all but mine",
        EndScope::All => "End all",
    }
}

/// Describes what ending `count` sessions does.
pub fn end_lead(scope: EndScope, count: i64) -> String {
    let sessions = total(count);
    match scope {
        EndScope::Session => "It ends at its next request. Whoever holds it has to sign in again.".to_owned(),
        EndScope::User => format!("{sessions} will end, in browsers and in programs. The user can sign in again."),
        EndScope::Others => {
            format!("{sessions} will end: everybody's, in browsers and in programs. This browser stays signed in.")
        }
        EndScope::All => format!("{sessions} will end: everybody's, and yours. You have to sign in again, too."),
    }
}

/// Warns that the user's own session is among those to end.
pub const YOURS_TOO: &str = "Your own session here is one of them: you have to sign in again, too.";

/// Describes the sign-in location change between two refreshes; `None` if there was none.
pub fn change(is_other_network: bool, is_other_device: bool) -> Option<&'static str> {
    match (is_other_network, is_other_device) {
        (false, false) => None,
        (true, false) => Some("Another network than before"),
        (false, true) => Some("Another device than before"),
        (true, true) => Some("Another network and device than before"),
    }
}

/// Formats how often a session was refreshed.
pub fn times(count: i64) -> String {
    match count {
        0 => "Not yet".to_owned(),
        1 => "Once".to_owned(),
        _ => format!("{} times", grouped(count)),
    }
}

/// Names a generation of a session's tokens.
pub fn generation(number: i64) -> String {
    format!("Renewal {number}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_separated() {
        let text = |number| grouped(number).replace('\u{2009}', " ");
        assert_eq!((text(0), text(999), text(1000)), ("0".into(), "999".into(), "1 000".into()));
        assert_eq!((text(1_234_567), text(-1234)), ("1 234 567".into(), "-1 234".into()));
    }

    #[test]
    fn an_event_is_described_with_its_reason() {
        assert_eq!(event("session.ended", Some("banned")).as_deref(), Some("session ended: the user was banned"));
        assert_eq!(
            event("session.suspected", Some("network_changed")).as_deref(),
            Some("suspected: its network changed")
        );
        assert_eq!(event("session.renewed", None).as_deref(), Some("renewed"));
        assert_eq!(event("session.ended", Some("<b>")).as_deref(), Some("session ended"));
        assert_eq!(event("monitor.reset", None), None);
    }

    #[test]
    fn a_summary_counts_what_happened_and_is_silent_otherwise() {
        assert_eq!(summary(2, 12, 0, 1).as_deref(), Some("2 sign-ins, 12 renewals, 1 session suspected"));
        assert_eq!(summary(0, 0, 0, 0), None);
    }

    #[test]
    fn a_delay_is_written_in_a_readable_unit() {
        assert_eq!(
            (span(40), span(999), span(5000), span(1250)),
            ("40 ms".into(), "999 ms".into(), "5 s".into(), "1.2 s".into())
        );
    }
}
