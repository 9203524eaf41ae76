//! What the monitor shows of everybody's sessions.

use super::{EndReason, MonitorView, SessionId, SessionKind, SessionState, Timestamp};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// One session of anybody, in words that a person understands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonitoredSession {
    pub id: String,
    pub user_id: String,
    pub email: String,
    pub username: Option<String>,
    pub name: String,
    pub kind: SessionKind,
    /// `Firefox on Linux`.
    pub device: String,
    pub network: String,
    pub created_at: Timestamp,
    pub last_seen_at: Timestamp,
    /// When the last access token that was issued ends.
    pub access_expires_at: Timestamp,
    /// When it ends if it is not renewed before.
    pub refresh_expires_at: Timestamp,
    /// How often it was renewed.
    pub generation: i64,
    pub state: SessionState,
}

/// A part of the list of live sessions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonitoredPart {
    pub sessions: Vec<MonitoredSession>,
    /// How many there are that the filter lets through.
    pub total: i64,
    /// After which place the next part begins, and before which the previous one ends: a [`ListPlace`].
    pub next: Option<String>,
    pub prev: Option<String>,
}

/// A place in the sorted list of sessions: what a session was sorted by when it was shown, and its id. So the
/// place stays where it was when the session has moved on, or is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListPlace {
    pub id: SessionId,
    pub value: String,
}

impl ListPlace {
    /// Whether a list that is sorted by this can have such a place.
    pub fn is_of(&self, key: SortKey) -> bool {
        match key {
            SortKey::CreatedAt => self.value == self.id.to_string(),
            SortKey::User => !self.value.contains('\0'),
            SortKey::LastSeenAt | SortKey::AccessExpiresAt | SortKey::RefreshExpiresAt | SortKey::Generation => {
                self.value.parse::<i64>().is_ok()
            }
        }
    }
}

impl fmt::Display for ListPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.id, self.value)
    }
}

impl FromStr for ListPlace {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (id, value) = text.split_once('.').ok_or(())?;
        Ok(Self { id: id.parse().map_err(|_| ())?, value: value.to_owned() })
    }
}

/// What the list of sessions is sorted by; the session's id decides between equals.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum SortKey {
    #[default]
    CreatedAt,
    LastSeenAt,
    AccessExpiresAt,
    RefreshExpiresAt,
    Generation,
    /// By email address.
    User,
}

/// How a list is sorted: `-createdAt` is the newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionSort {
    pub key: SortKey,
    pub is_descending: bool,
}

impl SortKey {
    /// Every key there is.
    pub const ALL: [Self; 6] = [
        Self::User,
        Self::CreatedAt,
        Self::LastSeenAt,
        Self::AccessExpiresAt,
        Self::RefreshExpiresAt,
        Self::Generation,
    ];

    /// The name as addresses write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CreatedAt => "createdAt",
            Self::LastSeenAt => "lastSeenAt",
            Self::AccessExpiresAt => "accessExpiresAt",
            Self::RefreshExpiresAt => "refreshExpiresAt",
            Self::Generation => "generation",
            Self::User => "user",
        }
    }
}

impl Default for SessionSort {
    fn default() -> Self {
        Self { key: SortKey::default(), is_descending: true }
    }
}

impl fmt::Display for SessionSort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.is_descending { "-" } else { "" }, self.key.as_str())
    }
}

impl FromStr for SessionSort {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let name = text.strip_prefix('-').unwrap_or(text);
        let key = SortKey::ALL.into_iter().find(|key| key.as_str() == name).ok_or(())?;
        Ok(Self { key, is_descending: name.len() < text.len() })
    }
}

/// What happened within one minute, on all nodes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Minute {
    /// When it began.
    pub at: Timestamp,
    pub started: i64,
    pub renewed: i64,
    pub ended: i64,
    /// Refused refreshes and failed sign-ins.
    pub refused: i64,
}

/// How fast a revocation is, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevocationDelay {
    /// Past this a node that could not look refuses everybody.
    pub promised: i64,
    /// The slowest of the latest that this node has read, by the clocks of both; none before the first.
    pub measured: Option<i64>,
}

/// The monitor's figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    pub live: i64,
    pub suspected: i64,
    /// The last 60 minutes, the oldest first; a minute in which nothing happened is left out.
    pub last_hour: Vec<Minute>,
    pub revocation: RevocationDelay,
    pub now: Timestamp,
}

/// The monitor's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Monitor {
    /// The event that a stream begins after which misses nothing that is not shown yet.
    pub latest_event: Option<String>,
    pub view: MonitorView,
    pub part: MonitoredPart,
    pub overview: Overview,
    /// The session that whoever looks has signed in with.
    pub own_session: String,
    /// Whether whoever looks may end sessions.
    pub may_revoke: bool,
}

/// One renewal of a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenewalLine {
    pub generation: i64,
    pub at: Timestamp,
    pub device: String,
    pub network: String,
}

/// How a session ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionEnd {
    pub at: Timestamp,
    /// `its owner`, `the command line`, `Claviger`; of somebody else the email address, or `an administrator`
    /// to those who may not know it.
    pub by: String,
    pub reason: EndReason,
}

/// A session with the history of its tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Family {
    pub session: MonitoredSession,
    pub end: Option<SessionEnd>,
    /// The last 50, the newest first.
    pub renewals: Vec<RenewalLine>,
}

/// The page of one session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenSession {
    pub family: Family,
    /// The session that whoever looks has signed in with.
    pub own_session: String,
    /// Whether whoever looks may end sessions.
    pub may_revoke: bool,
    pub now: Timestamp,
}

/// The sessions that somebody is about to end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionsToEnd {
    pub count: i64,
    /// One of them, where all are of one user.
    pub session: Option<MonitoredSession>,
    /// Whether the session of whoever asks is among them.
    pub is_own: bool,
    pub now: Timestamp,
}

/// What an event of the stream says, under its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionNews {
    pub id: String,
    pub session_id: String,
    pub user_id: String,
    /// None if the user is gone.
    pub email: Option<String>,
    /// RFC 3339.
    pub at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sort_is_written_as_it_is_read_and_nothing_else_is_one() {
        for key in SortKey::ALL {
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
