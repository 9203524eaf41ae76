//! Text of the event log.

use super::list::{end_reason, risk_signal};

pub const EVENTS: &str = "Events";
pub const NO_EVENTS: &str = "What happens from now on shows here.";
pub const SOMEBODY: &str = "somebody who is gone";

/// Describes an event of the stream; `None` if its name is unknown.
pub fn event(name: &str, reason: Option<&str>) -> Option<String> {
    let what = match name {
        "session.started" => "signed in",
        "session.refreshed" => "renewed",
        "session.ended" => "session ended",
        "session.flagged" => "suspected",
        _ => return None,
    };
    let why = reason.and_then(|reason| {
        let ended = reason.parse().ok().map(end_reason);
        ended.or_else(|| reason.parse().ok().map(risk_signal))
    });
    Some(why.map_or_else(|| what.to_owned(), |why| format!("{what}: {why}")))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_described_with_its_reason() {
        assert_eq!(event("session.ended", Some("banned")).as_deref(), Some("session ended: the user was banned"));
        assert_eq!(
            event("session.flagged", Some("network_changed")).as_deref(),
            Some("suspected: its network changed")
        );
        assert_eq!(event("session.refreshed", None).as_deref(), Some("renewed"));
        assert_eq!(event("session.ended", Some("<b>")).as_deref(), Some("session ended"));
        assert_eq!(event("monitor.reset", None), None);
    }

    #[test]
    fn a_summary_counts_what_happened_and_is_silent_otherwise() {
        assert_eq!(summary(2, 12, 0, 1).as_deref(), Some("2 sign-ins, 12 renewals, 1 session suspected"));
        assert_eq!(summary(0, 0, 0, 0), None);
    }
}
