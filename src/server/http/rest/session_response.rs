//! A session as JSON.

use super::links::{Links, links};
use crate::{
    model::{EndReason, EndedBy, Permission, SessionEnd, SessionId, SessionState, Timestamp},
    server::{
        domain::{Session, UserSession},
        services::devices,
    },
};
use serde::Serialize;

/// One session: to its own user as one of theirs, to administrators with its user.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionResponse {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<Owner>,
    kind: String,
    device: String,
    network: String,
    created_at: String,
    last_seen_at: String,
    /// `None` for an API key that never expires.
    access_expires_at: Option<String>,
    refresh_expires_at: Option<String>,
    generation: i64,
    state: &'static str,
    /// The risk signal, or why the session ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    /// When the session ended, and who ended it.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_by: Option<EndedByResponse>,
    /// Whether this is the session of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    current: Option<bool>,
    #[serde(skip_serializing_if = "Links::is_empty")]
    links: Links,
}

/// The user of a session.
#[derive(Debug, Serialize)]
struct Owner {
    id: String,
    email: String,
    username: Option<String>,
    name: String,
}

/// Who ended a session: `user` for its own user, `admin` for another one, `cli`, or `system`.
#[derive(Debug, Serialize)]
struct EndedByResponse {
    kind: &'static str,
    /// The user's id, where there is one and the caller may see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
}

impl From<EndedBy> for EndedByResponse {
    fn from(by: EndedBy) -> Self {
        let (kind, id) = match by {
            EndedBy::User(id) => ("user", Some(id)),
            EndedBy::Admin { id, .. } => ("admin", id),
            EndedBy::Cli => ("cli", None),
            EndedBy::System => ("system", None),
        };
        Self { kind, id }
    }
}

impl SessionResponse {
    /// Describes one of the user's own sessions; `current` is the session of the request.
    pub fn own(session: Session, current: SessionId, now: Timestamp) -> Self {
        let current = Some(session.id == current);
        Self { current, ..Self::of(session, now) }
    }

    /// Describes a session of any user in a list.
    pub fn any(of_user: UserSession, now: Timestamp) -> Self {
        let UserSession { session, email, username, name, .. } = of_user;
        let user = Some(Owner { id: session.user_id.to_string(), email, username, name });
        let reason = match session.state(now) {
            SessionState::Live => None,
            SessionState::Flagged(signal) => Some(signal.into_str()),
            SessionState::Ended(reason) => Some(reason.into_str()),
        };
        Self { user, reason, ..Self::of(session, now) }
    }

    /// Adds when and by whom the session was ended.
    pub fn with_end(self, end: Option<SessionEnd>) -> Self {
        let (ended_at, ended_by) = end.map(|end| (end.at.to_string(), end.by.into())).unzip();
        Self { ended_at, ended_by, ..self }
    }

    /// Adds what its own user may do with it now. Once it has ended, that is nothing.
    pub fn with_own_links(self) -> Self {
        if self.has_ended() {
            return self;
        }
        let this = format!("/api/v1/sessions/{}", self.id);
        Self { links: links(this.clone(), [("end", "DELETE", this, true)]), ..self }
    }

    /// Adds what a caller who may read all sessions and has these permissions may do with it now.
    pub fn with_links(self, held: &[Permission]) -> Self {
        let this = format!("/api/v1/admin/sessions/{}", self.id);
        let may_revoke = held.contains(&Permission::SessionsRevoke) && !self.has_ended();
        Self { links: links(this.clone(), [("revoke", "DELETE", this, may_revoke)]), ..self }
    }

    fn has_ended(&self) -> bool {
        self.state == SessionState::Ended(EndReason::Idle).into_str()
    }

    fn of(session: Session, now: Timestamp) -> Self {
        let end = |at: Timestamp| (at < Timestamp::NEVER).then(|| at.to_string());
        let [access_expires_at, refresh_expires_at] = session.credentials_until().map(end);
        Self {
            id: session.id.to_string(),
            user: None,
            kind: session.kind.to_string(),
            device: devices::in_words(&session.agent),
            state: session.state(now).into_str(),
            network: session.network,
            created_at: session.created_at.to_string(),
            last_seen_at: session.last_seen_at.to_string(),
            access_expires_at,
            refresh_expires_at,
            generation: session.generation,
            reason: None,
            ended_at: None,
            ended_by: None,
            current: None,
            links: Links::new(),
        }
    }
}
