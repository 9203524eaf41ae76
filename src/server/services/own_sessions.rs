//! A user's own sessions: one, and all page by page.

use super::{Cursor, ServiceError, Services, devices, part::Part, tokens::Claims};
use crate::{
    model::{OwnSession, OwnSessions, SessionId, SessionSortKey, UserId},
    server::{domain::Session, store::OwnSessionsFrom},
};

/// How many other sessions a page shows.
const ROWS: i64 = 100;

/// A page of the user's live sessions, the most recently seen first.
#[derive(Debug)]
pub struct OwnPart {
    pub sessions: Vec<Session>,
    /// The number of live sessions on all pages.
    pub total: i64,
    /// Cursors: the next page begins after `next`, the previous one ends before `prev`.
    pub next: Option<String>,
    pub prev: Option<String>,
}

/// Returns a page of the user's live sessions, leaving out `but`; `None` if the cursor is of another sort
/// order.
pub async fn part(
    services: &Services,
    user: UserId,
    from: Cursor<SessionId>,
    limit: i64,
    but: Option<SessionId>,
) -> Result<Option<OwnPart>, ServiceError> {
    let now = services.clock.now();
    let (after, skipped, is_backward) = from.into_parts();
    if after.as_ref().is_some_and(|place| !place.is_of(SessionSortKey::LastSeenAt)) {
        return Ok(None);
    }
    let is_later = after.is_some() || skipped > 0;
    let asked = OwnSessionsFrom { after, is_descending: !is_backward, but, skipped, limit: limit + 1 };
    let (rows, total) = tokio::try_join!(
        services.db.live_sessions_of(user, asked, now),
        services.db.count_live_sessions_of(user, now)
    )?;
    let Part { rows, has_next, has_prev } = Part::of(rows, limit, is_backward, is_later);
    Ok(Some(OwnPart {
        next: rows.last().filter(|_| has_next).map(|row| row.place().to_string()),
        prev: rows.first().filter(|_| has_prev).map(|row| row.place().to_string()),
        sessions: rows,
        total,
    }))
}

/// Returns one of the user's live sessions.
pub async fn find(services: &Services, user: UserId, id: SessionId) -> Result<Option<Session>, ServiceError> {
    let (session, now) = (services.db.find_session(id).await?, services.clock.now());
    Ok(session.filter(|session| session.user_id == user && !session.is_over(now)))
}

/// Returns the current session and a page of the user's others, or `None` if the current one is gone. Shows
/// the first page if the cursor is invalid, or if a page read backward reaches the start and may be short.
pub async fn of(
    services: &Services,
    claims: &Claims,
    from: Cursor<SessionId>,
) -> Result<Option<OwnSessions>, ServiceError> {
    let now = services.clock.now();
    let current = services.db.find_session(claims.session).await?;
    let Some(current) = current.filter(|session| !session.is_over(now)) else { return Ok(None) };
    let others = async |from| part(services, claims.user, from, ROWS, Some(claims.session)).await;
    let is_backward = matches!(from, Cursor::Before(_));
    let found = match others(from).await?.filter(|part| !is_backward || part.prev.is_some()) {
        Some(part) => Some(part),
        None => others(Cursor::Start).await?,
    };
    Ok(found.map(|part| OwnSessions {
        current: own(current, claims.session),
        others: part.sessions.into_iter().map(|session| own(session, claims.session)).collect(),
        newer: part.prev,
        older: part.next,
        now,
    }))
}

fn own(session: Session, current: SessionId) -> OwnSession {
    OwnSession {
        is_current: session.id == current,
        id: session.id.to_string(),
        kind: session.kind,
        device: devices::in_words(&session.agent),
        is_handheld: devices::is_handheld(&session.agent),
        network: session.network,
        signed_in_at: session.created_at,
        last_seen_at: session.last_seen_at,
        refreshes: session.generation,
        refreshed_at: session.rotated_at,
        expires_at: session.idle_until,
    }
}
