//! Sessions.

use crate::model::{
    EndReason, ListPlace, RiskSignal, SessionId, SessionKind, SessionSortKey, SessionState, Timestamp, User, UserId,
};

/// A session, ended or not.
#[derive(Debug, Clone)]
pub struct Session {
    pub id: SessionId,
    pub user_id: UserId,
    pub kind: SessionKind,
    pub generation: i64,
    /// The last generation whose refresh token or access token was used; `None` before the first use.
    pub used_generation: Option<i64>,
    /// `None` until the first rotation; a sign-in is not one.
    pub rotated_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub authenticated_at: Timestamp,
    pub network: String,
    pub agent: String,
    pub last_seen_at: Timestamp,
    pub idle_until: Timestamp,
    pub ends_at: Timestamp,
    pub access_until: Timestamp,
    pub end: Option<End>,
    pub risk_signal: Option<RiskSignal>,
}

/// How a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    pub at: Timestamp,
    pub reason: EndReason,
    pub by: Ender,
}

/// Who ended a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ender {
    User(UserId),
    /// An operator on the machine's command line.
    Cli,
    /// Claviger itself.
    System,
}

/// A session with its user.
#[derive(Debug, Clone)]
pub struct UserSession {
    pub session: Session,
    pub email: String,
    pub email_normalized: String,
    pub username: Option<String>,
    pub name: String,
}

/// One rotation in the history of a session.
#[derive(Debug, Clone)]
pub struct PastRefresh {
    pub generation: i64,
    pub at: Timestamp,
    pub network: String,
    pub agent: String,
}

impl Session {
    /// Returns whether the session is past its sliding or absolute lifetime, or has ended.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.end.is_some() || self.idle_until <= now
    }

    /// Returns when its access token and its refresh token expire. An API key stands for both.
    pub fn credentials_until(&self) -> [Timestamp; 2] {
        if self.kind == SessionKind::Key { [self.ends_at; 2] } else { [self.access_until, self.idle_until] }
    }

    /// Returns the state. A session past its lifetime counts as ended, even before the monitor ends it.
    pub fn state(&self, now: Timestamp) -> SessionState {
        match (self.end, self.risk_signal) {
            (Some(end), _) => SessionState::Ended(end.reason),
            (None, _) if self.idle_until <= now => SessionState::Ended(self.due_reason(now)),
            (None, Some(signal)) => SessionState::Flagged(signal),
            (None, None) => SessionState::Live,
        }
    }

    /// Returns why a session ends that is due.
    fn due_reason(&self, now: Timestamp) -> EndReason {
        if self.ends_at <= now { EndReason::Expired } else { EndReason::Idle }
    }

    /// Returns its place in a list sorted by last-seen time.
    pub fn place(&self) -> ListPlace<SessionId> {
        ListPlace { id: self.id, value: self.last_seen_at.0.to_string() }
    }
}

impl UserSession {
    /// Combines a session with its user.
    pub fn of(session: Session, user: &User) -> Self {
        Self {
            session,
            email: user.email.as_str().to_owned(),
            email_normalized: user.email.normalized().to_owned(),
            username: user.username.as_ref().map(|name| name.as_str().to_owned()),
            name: user.name.as_str().to_owned(),
        }
    }

    /// Returns its place in a list with this sort key.
    pub fn place(&self, key: SessionSortKey) -> ListPlace<SessionId> {
        let value = match key {
            SessionSortKey::CreatedAt => self.session.id.to_string(),
            SessionSortKey::LastSeenAt => self.session.last_seen_at.0.to_string(),
            SessionSortKey::AccessExpiresAt => self.session.access_until.0.to_string(),
            SessionSortKey::RefreshExpiresAt => self.session.idle_until.0.to_string(),
            SessionSortKey::Generation => self.session.generation.to_string(),
            SessionSortKey::User => self.email_normalized.clone(),
        };
        ListPlace { id: self.session.id, value }
    }
}
