//! `GET /sessions` and `DELETE /sessions/{id}`: the user's own sessions.

use super::{
    id::PathId,
    list::{Cursors, ListResponse, PageRequest},
};
use crate::{
    model::{SessionId, Timestamp},
    server::{
        http::{extractors::SignedIn, problem::Problem, state::AppState},
        services::{Caller, SessionRow, devices, own_sessions, state_of},
    },
};
use axum::{Json, extract::State, http::StatusCode};
use serde::Serialize;

/// One of the user's own sessions.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionResponse {
    id: String,
    kind: String,
    device: String,
    network: String,
    created_at: String,
    last_seen_at: String,
    access_expires_at: String,
    refresh_expires_at: String,
    generation: i64,
    state: &'static str,
    /// Whether this is the session of the request.
    current: bool,
}

/// Lists the user's own live sessions, most recently seen first.
pub async fn list(
    State(state): State<AppState>,
    SignedIn(who): SignedIn,
    page: PageRequest,
) -> Result<Json<ListResponse<SessionResponse>>, Problem> {
    let part = own_sessions::part(&state.services, who.claims.user, page.place()?, page.limit(), None).await?;
    let part = part.ok_or_else(PageRequest::over)?;
    let (current, now) = (who.claims.session, state.services.clock.now());
    let sessions = part.rows.into_iter().map(|row| SessionResponse::of(row, current, now)).collect();
    Ok(Json(page.answer(sessions, usize::try_from(part.total).unwrap_or(0), Cursors::of(part.next, part.prev))))
}

/// Ends one of the user's own sessions. Responds 404 for another user's session.
pub async fn end(
    State(state): State<AppState>,
    caller: Caller,
    SignedIn(who): SignedIn,
    PathId(id): PathId<SessionId>,
) -> Result<StatusCode, Problem> {
    let ended = state.services.sessions.end(id, &who, &caller).await?;
    ended.map(|_| StatusCode::NO_CONTENT).ok_or(Problem::NotFound)
}

impl SessionResponse {
    fn of(row: SessionRow, current: SessionId, now: Timestamp) -> Self {
        Self {
            state: state_of(&row, now).as_str(),
            current: row.id == current,
            id: row.id.to_string(),
            kind: row.kind.to_string(),
            device: devices::in_words(&row.agent),
            network: row.network,
            created_at: row.created_at.to_string(),
            last_seen_at: row.last_seen_at.to_string(),
            access_expires_at: row.access_until.to_string(),
            refresh_expires_at: row.idle_until.to_string(),
            generation: row.generation,
        }
    }
}
