//! Data of the pages of the audit log.

use super::Timestamp;
use serde::{Deserialize, Serialize};

/// Who acted, or what an event is about, with the name then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditParty {
    pub kind: String,
    pub id: Option<String>,
    pub name: String,
    /// The page about it, if there is one.
    pub address: Option<String>,
}

/// One event in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditLine {
    pub id: String,
    pub at: Timestamp,
    pub actor: AuditParty,
    pub action: String,
    pub target: Option<AuditParty>,
    pub is_denied: bool,
    pub network: String,
}

/// Data of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditList {
    /// What was typed, and what is wrong with it.
    pub search: String,
    pub problem: Option<String>,
    /// Whether only the last 90 days are shown, because no time was asked for.
    pub is_recent: bool,
    pub rows: Vec<AuditLine>,
    /// The number of events on all pages.
    pub total: i64,
    pub next: Option<String>,
    pub prev: Option<String>,
    pub now: Timestamp,
}

/// A field before and after a change, as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditChange {
    pub field: String,
    pub old: String,
    pub new: String,
}

/// Data of the page of one event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenAuditEvent {
    pub line: AuditLine,
    /// Its place in the chain; `None` until it is sealed.
    pub sequence: Option<i64>,
    pub reason: Option<String>,
    pub changes: Vec<AuditChange>,
    /// What else was recorded: names and values.
    pub details: Vec<(String, String)>,
    pub device: String,
    pub agent: String,
    pub session: Option<String>,
    pub request_id: String,
    pub now: Timestamp,
}
