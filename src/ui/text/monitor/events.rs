//! Text of the event log.

use super::list::{end_reason, risk_signal};

pub const EVENTS: &str = "Events";
pub const EVENTS_NEED_SCRIPTS: &str = "Live events need JavaScript.";
pub const NO_EVENTS: &str = "New events will appear here.";
pub const DELETED_USER: &str = "deleted user";

/// Describes an event of the stream; `None` if its name is unknown.
pub fn event(name: &str, reason: Option<&str>) -> Option<String> {
    let what = match name {
        "session.started" => "Signed in",
        "session.refreshed" => "Token refreshed",
        "session.ended" => "Session ended",
        "session.flagged" => "Flagged as suspicious",
        _ => return None,
    };
    let why = reason.and_then(|reason| {
        let ended = reason.parse().ok().map(end_reason);
        ended.or_else(|| reason.parse().ok().map(risk_signal))
    });
    Some(why.map_or_else(|| what.to_owned(), |why| format!("{what} · {why}")))
}

/// Summarizes recent events for screen readers; `None` if there were none.
pub fn summary(signed_in: usize, refreshed: usize, ended: usize, flagged: usize) -> Option<String> {
    let count = |n: usize, one: &str, many: &str| match n {
        0 => None,
        1 => Some(format!("1 {one}")),
        _ => Some(format!("{n} {many}")),
    };
    let parts = [
        count(signed_in, "sign-in", "sign-ins"),
        count(refreshed, "token refresh", "token refreshes"),
        count(ended, "session ended", "sessions ended"),
        count(flagged, "session flagged as suspicious", "sessions flagged as suspicious"),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_described_with_its_reason() {
        assert_eq!(event("session.ended", Some("banned")).as_deref(), Some("Session ended · User suspended"));
        assert_eq!(
            event("session.flagged", Some("network_changed")).as_deref(),
            Some("Flagged as suspicious · Network changed")
        );
        assert_eq!(event("session.refreshed", None).as_deref(), Some("Token refreshed"));
        assert_eq!(event("session.ended", Some("<b>")).as_deref(), Some("Session ended"));
        assert_eq!(event("monitor.reset", None), None);
    }

    #[test]
    fn a_summary_counts_what_happened_and_is_silent_otherwise() {
        assert_eq!(
            summary(2, 12, 0, 1).as_deref(),
            Some("2 sign-ins, 12 token refreshes, 1 session flagged as suspicious")
        );
        assert_eq!(summary(0, 0, 0, 0), None);
    }
}
