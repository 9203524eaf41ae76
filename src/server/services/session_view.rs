//! Describes sessions for pages.

use super::devices;
use crate::{
    model::{EndedBy, MonitoredSession, SessionEnd, Timestamp},
    server::{
        domain::{Ender, Session, UserSession},
        store::{Db, StoreError},
    },
};

/// Who a session's end is shown to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// May see other users' addresses.
    Reader,
    /// Sees only their own sessions, and no names of administrators.
    Owner,
}

/// Describes a session.
pub fn session(of_user: UserSession, now: Timestamp) -> MonitoredSession {
    let UserSession { session, email, username, name, .. } = of_user;
    let [access_expires_at, refresh_expires_at] = session.credentials_until();
    MonitoredSession {
        state: session.state(now),
        id: session.id.to_string(),
        user_id: session.user_id.to_string(),
        email,
        username,
        name,
        kind: session.kind,
        device: devices::in_words(&session.agent),
        network: session.network,
        created_at: session.created_at,
        last_seen_at: session.last_seen_at,
        access_expires_at,
        refresh_expires_at,
        generation: session.generation,
    }
}

/// Describes when, by whom and why a session ended; `None` if it has not ended.
pub async fn end(db: &Db, session: &Session, to: Audience) -> Result<Option<SessionEnd>, StoreError> {
    let Some(end) = session.end else { return Ok(None) };
    let by = match end.by {
        Ender::Cli => EndedBy::Cli,
        Ender::System => EndedBy::System,
        Ender::User(id) if id == session.user_id => EndedBy::User(id.to_string()),
        Ender::User(_) if to == Audience::Owner => EndedBy::Admin { id: None, email: None },
        Ender::User(id) => {
            let email = db.find_user(id).await?.map(|user| user.email.as_str().to_owned());
            EndedBy::Admin { id: Some(id.to_string()), email }
        }
    };
    Ok(Some(SessionEnd { at: end.at, by, reason: end.reason }))
}
