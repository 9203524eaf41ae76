//! `GET /sessions`, and `GET` and `DELETE /sessions/{id}`: the user's own sessions.

use super::{
    id::PathId,
    list::{Cursors, ListQuery, ListResponse, NoFilters, PageRequest},
    session_response::SessionResponse,
};
use crate::{
    model::SessionId,
    server::{
        http::{extractors::SignedIn, problem::Problem, state::AppState},
        services::{Caller, own_sessions},
    },
};
use axum::{Json, extract::State, http::StatusCode};

/// Lists the user's own live sessions, most recently seen first.
pub async fn list(
    State(state): State<AppState>,
    SignedIn(who): SignedIn,
    ListQuery { page, .. }: ListQuery<NoFilters>,
) -> Result<ListResponse<SessionResponse>, Problem> {
    let part = own_sessions::part(&state.services, who.claims.user, page.place()?, page.limit(), None).await?;
    let part = part.ok_or_else(PageRequest::over)?;
    let (current, now) = (who.claims.session, state.services.clock.now());
    let sessions =
        part.sessions.into_iter().map(|session| SessionResponse::own(session, current, now).with_own_links());
    Ok(page.answer(sessions.collect(), part.total, Cursors::of(part.next, part.prev)))
}

/// Returns one of the user's own live sessions. Responds 404 for another user's session.
pub async fn show(
    State(state): State<AppState>,
    SignedIn(who): SignedIn,
    PathId(id): PathId<SessionId>,
) -> Result<Json<SessionResponse>, Problem> {
    let session = own_sessions::find(&state.services, who.claims.user, id).await?.ok_or(Problem::NotFound)?;
    let response = SessionResponse::own(session, who.claims.session, state.services.clock.now());
    Ok(Json(response.with_own_links()))
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
