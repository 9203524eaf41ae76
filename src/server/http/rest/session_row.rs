//! A session of any user, as JSON.

use crate::model::{EndedBy, MonitoredSession, SessionEnd, SessionState};
use serde::Serialize;

/// One session.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionJson {
    id: String,
    user: Owner,
    kind: String,
    device: String,
    network: String,
    created_at: String,
    last_seen_at: String,
    access_expires_at: String,
    refresh_expires_at: String,
    generation: i64,
    state: &'static str,
    /// The risk signal, or why the session ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    /// When the session ended, and who ended it.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_by: Option<EndedByJson>,
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
struct EndedByJson {
    kind: &'static str,
    /// The user's id, where there is one and the caller may see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
}

impl From<EndedBy> for EndedByJson {
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

impl From<MonitoredSession> for SessionJson {
    fn from(session: MonitoredSession) -> Self {
        Self {
            id: session.id,
            user: Owner { id: session.user_id, email: session.email, username: session.username, name: session.name },
            kind: session.kind.to_string(),
            device: session.device,
            network: session.network,
            created_at: session.created_at.to_string(),
            last_seen_at: session.last_seen_at.to_string(),
            access_expires_at: session.access_expires_at.to_string(),
            refresh_expires_at: session.refresh_expires_at.to_string(),
            generation: session.generation,
            state: session.state.as_str(),
            reason: match session.state {
                SessionState::Live => None,
                SessionState::Suspected(suspicion) => Some(suspicion.as_str()),
                SessionState::Ended(reason) => Some(reason.as_str()),
            },
            ended_at: None,
            ended_by: None,
        }
    }
}

impl SessionJson {
    /// Adds when and by whom the session was ended.
    pub fn with_end(self, end: Option<SessionEnd>) -> Self {
        let (ended_at, ended_by) = end.map(|end| (end.at.to_string(), end.by.into())).unzip();
        Self { ended_at, ended_by, ..self }
    }
}
