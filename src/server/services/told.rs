//! Describes sessions for display.

use super::devices;
use crate::{
    model::{EndedBy, MonitoredSession, SessionEnd, SessionState, Timestamp, UserId},
    server::store::{Db, MonitoredRow, SessionRow, StoreError},
};

/// Who a session's end is shown to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// May see other users' addresses.
    Reader,
    /// Sees only their own sessions, and no names of administrators.
    Owner,
}

/// Describes a session for display.
pub fn session(row: MonitoredRow, now: Timestamp) -> MonitoredSession {
    let MonitoredRow { session, email, username, name, .. } = row;
    MonitoredSession {
        state: state_of(&session, now),
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
        access_expires_at: session.access_until,
        refresh_expires_at: session.idle_until,
        generation: session.generation,
    }
}

/// Returns the state of a session. One past its lifetime counts as ended, even before the monitor ends it.
pub fn state_of(session: &SessionRow, now: Timestamp) -> SessionState {
    match (session.end_reason, session.suspicion) {
        (Some(reason), _) => SessionState::Ended(reason),
        (None, _) if session.idle_until <= now => SessionState::Ended(session.due_reason(now)),
        (None, Some(suspicion)) => SessionState::Suspected(suspicion),
        (None, None) => SessionState::Live,
    }
}

/// Returns when, by whom and why a session ended; `None` if it is live.
pub async fn end(db: &Db, session: &SessionRow, to: Told) -> Result<Option<SessionEnd>, StoreError> {
    let Some((at, reason)) = session.ended_at.zip(session.end_reason) else { return Ok(None) };
    let by = match session.ended_by.as_deref().unwrap_or_default() {
        "cli" => EndedBy::Cli,
        by => match by.parse::<UserId>() {
            Err(_) => EndedBy::System,
            Ok(id) if id == session.user_id => EndedBy::User(id.to_string()),
            Ok(_) if to == Told::Owner => EndedBy::Admin { id: None, email: None },
            Ok(id) => {
                let email = db.find_user(id).await?.map(|user| user.email.as_str().to_owned());
                EndedBy::Admin { id: Some(id.to_string()), email }
            }
        },
    };
    Ok(Some(SessionEnd { at, by, reason }))
}
