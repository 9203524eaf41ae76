//! Data of the monitor, which shows the sessions of all users.

use super::{EndReason, ListPlace, MonitorView, SessionId, SessionKind, SessionState, Sort, Timestamp};
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString};

/// One session of any user, in a form for display.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonitoredSession {
    pub id: String,
    pub user_id: String,
    pub email: String,
    pub username: Option<String>,
    pub name: String,
    pub kind: SessionKind,
    /// For example `Firefox on Linux`.
    pub device: String,
    pub network: String,
    pub created_at: Timestamp,
    pub last_seen_at: Timestamp,
    /// When the most recently issued access token expires.
    pub access_expires_at: Timestamp,
    /// When the session ends unless it is refreshed before.
    pub refresh_expires_at: Timestamp,
    /// Number of rotations of the refresh token.
    pub generation: i64,
    pub state: SessionState,
}

/// One page of the session list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonitoredPart {
    pub sessions: Vec<MonitoredSession>,
    /// Number of sessions that match the filter.
    pub total: i64,
    /// Cursors of the next and previous pages: a [`ListPlace`] to start after, and one to end before.
    pub next: Option<String>,
    pub prev: Option<String>,
}

impl ListPlace<SessionId> {
    /// Returns whether the value is valid in a list that is sorted by `key`.
    pub fn is_of(&self, key: SessionSortKey) -> bool {
        match key {
            SessionSortKey::CreatedAt => self.value == self.id.to_string(),
            SessionSortKey::User => !self.value.contains('\0'),
            SessionSortKey::LastSeenAt
            | SessionSortKey::AccessExpiresAt
            | SessionSortKey::RefreshExpiresAt
            | SessionSortKey::Generation => self.value.parse::<i64>().is_ok(),
        }
    }
}

/// Sort key of the session list. The session id breaks ties. The text is its name in addresses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Display, EnumString)]
#[cfg_attr(test, derive(strum::VariantArray))]
#[strum(serialize_all = "camelCase")]
pub enum SessionSortKey {
    #[default]
    CreatedAt,
    LastSeenAt,
    AccessExpiresAt,
    RefreshExpiresAt,
    Generation,
    /// By email address.
    User,
}

/// Sort order of the session list.
pub type SessionSort = Sort<SessionSortKey>;

/// Number of events within one minute, on all nodes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Minute {
    /// Start of the minute.
    pub at: Timestamp,
    pub started: i64,
    pub refreshed: i64,
    pub ended: i64,
    /// Rejected refreshes and failed sign-ins.
    pub rejected: i64,
}

/// Delay until a revocation reaches every node, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevocationDelay {
    /// Upper bound. A node that cannot poll for longer than this rejects every request.
    pub promised: i64,
    /// Slowest recent delay seen by this node, measured with the clocks of both nodes; `None` before the first.
    pub measured: Option<i64>,
}

/// Summary figures of the monitor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    pub live: i64,
    pub flagged: i64,
    /// The last 60 minutes, oldest first. Minutes without events are left out.
    pub last_hour: Vec<Minute>,
    pub revocation: RevocationDelay,
    pub now: Timestamp,
}

/// Data of the monitor page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Monitor {
    /// Last event already included. A stream that starts after it misses nothing that is not on the page.
    pub latest_event: Option<String>,
    pub view: MonitorView,
    pub part: MonitoredPart,
    pub overview: Overview,
    /// The current user's own session.
    pub own_session: String,
    /// Whether the current user may end sessions.
    pub may_revoke: bool,
}

/// One refresh of a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefreshLine {
    pub generation: i64,
    pub at: Timestamp,
    pub device: String,
    pub network: String,
}

/// When, by whom and why a session ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionEnd {
    pub at: Timestamp,
    pub by: EndedBy,
    pub reason: EndReason,
}

/// Who ended a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum EndedBy {
    /// The session's own user, by id.
    User(String),
    /// Another user. The id is `None` for viewers who may not see it, the email address also if the user was deleted.
    Admin {
        id: Option<String>,
        email: Option<String>,
    },
    Cli,
    System,
}

/// A session with its refresh history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionDetail {
    pub session: MonitoredSession,
    pub end: Option<SessionEnd>,
    /// The last 50, newest first.
    pub refreshes: Vec<RefreshLine>,
}

/// Data of the page of one session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenSession {
    pub family: SessionDetail,
    /// The current user's own session.
    pub own_session: String,
    /// Whether the current user may end sessions.
    pub may_revoke: bool,
    pub now: Timestamp,
}

/// The sessions that are about to be ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionsToEnd {
    pub count: i64,
    /// One of them, if all belong to one user.
    pub session: Option<MonitoredSession>,
    /// Whether the current user's own session is among them.
    pub is_own: bool,
    pub now: Timestamp,
}

/// Payload of a stream event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StreamedEvent {
    pub id: String,
    pub session_id: String,
    pub user_id: String,
    /// `None` if the user was deleted.
    pub email: Option<String>,
    /// RFC 3339.
    pub at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use strum::VariantArray;

    #[test]
    fn a_sort_order_round_trips_and_nothing_else_is_one() {
        for &key in SessionSortKey::VARIANTS {
            for is_descending in [false, true] {
                let sort = SessionSort { key, is_descending };
                assert_eq!(sort.to_string().parse(), Ok(sort));
            }
        }
        assert_eq!(SessionSort::default().to_string(), "-createdAt");
        for text in ["", "-", "--createdAt", "email", "createdat"] {
            assert!(text.parse::<SessionSort>().is_err(), "{text}");
        }
    }
}
