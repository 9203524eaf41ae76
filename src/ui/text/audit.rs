//! Text of the pages of the audit log.

use super::monitor::grouped;
use crate::model::COUNTED;

pub const AUDIT: &str = "Audit log";
pub const EVENT: &str = "Audit event";
pub const SEARCH: &str = "Search the audit log";
pub const SEARCH_HINT: &str = "A name, or conditions like actor:ada action:user.* -action:session.* outcome:denied \
    created:>=2026-01-01";
pub const QUICK: &str = "Quick filters";
pub const QUICK_FILTERS: &[(&str, &str)] = &[
    ("", "All"),
    ("outcome:denied", "Denied"),
    ("action:sign_in.*,lock.*", "Sign-ins"),
    ("action:user.*,role.*", "Users and roles"),
    ("actor:cli", "Command line"),
    ("action:audit.*", "Log access"),
];
pub const RECENT: &str = "in the last 90 days";
pub const SHOW_ALL: &str = "Show all";
pub const TIME: &str = "Time";
pub const ACTOR: &str = "Actor";
pub const ACTION: &str = "Action";
pub const TARGET: &str = "Target";
pub const NETWORK: &str = "Network";
pub const OUTCOME: &str = "Outcome";
pub const OK: &str = "OK";
pub const DENIED: &str = "Denied";
pub const NO_EVENTS: &str = "No events yet.";
pub const NO_MATCH: &str = "No events match this search.";

pub const REASON: &str = "Reason";
pub const DEVICE: &str = "Device";
pub const AGENT: &str = "User agent";
pub const SESSION: &str = "Session";
pub const REQUEST: &str = "Request ID";
pub const ID: &str = "Event ID";
pub const SEQUENCE: &str = "Sequence";
pub const UNSEALED: &str = "Not sealed yet";
pub const CHANGES: &str = "Changes";
pub const FIELD: &str = "Field";
pub const BEFORE: &str = "Before";
pub const AFTER: &str = "After";

/// Formats the number of events.
pub fn total(count: i64) -> String {
    if count == 1 { "1 event".to_owned() } else { format!("{} events", grouped(count)) }
}

/// Formats the number of events in the list, which counts up to a limit.
pub fn listed(count: i64) -> String {
    if count > COUNTED { format!("More than {}", total(COUNTED)) } else { total(count) }
}

/// Names a kind of actor or target that has no name of its own.
pub fn kind(kind: &str) -> &str {
    match kind {
        "cli" => "Command line",
        "system" => "Claviger",
        "anonymous" => "Anonymous",
        "audit_event" => EVENT,
        "audit_log" => AUDIT,
        "email" => "Email",
        "invitation" => "Invitation",
        "role" => "Role",
        "route" => "Request",
        "session" => SESSION,
        "user" => "User",
        other => other,
    }
}
