//! One's own sessions, in words a person understands.

use super::{ServiceError, Services, devices, tokens::Claims};
use crate::{
    model::{OwnSession, OwnSessions, SessionId},
    server::store::SessionRow,
};

/// The live sessions of whoever holds these claims; none if the session is gone.
pub async fn of(services: &Services, claims: &Claims) -> Result<Option<OwnSessions>, ServiceError> {
    let rows = services.sessions.live_of(claims.user).await?;
    let (current, others): (Vec<_>, Vec<_>) =
        rows.into_iter().map(|row| own(row, claims.session)).partition(|session| session.is_current);
    let now = services.clock.now();
    Ok(current.into_iter().next().map(|current| OwnSessions { current, others, now }))
}

fn own(row: SessionRow, current: SessionId) -> OwnSession {
    OwnSession {
        is_current: row.id == current,
        id: row.id.to_string(),
        kind: row.kind,
        device: devices::in_words(&row.agent),
        network: row.network,
        signed_in_at: row.created_at,
        last_seen_at: row.last_seen_at,
        renewals: row.generation,
        renewed_at: row.rotated_at,
        expires_at: row.idle_until,
    }
}
