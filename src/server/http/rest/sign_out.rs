//! `POST /auth/logout` and `POST /auth/logout-all`.

use crate::{
    model::SessionKind,
    server::{
        domain::UserChange,
        http::{extractors::SignedIn, problem::Problem, state::AppState},
        services::{Authenticated, Caller},
    },
};
use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{AppendHeaders, IntoResponse, Response},
};

/// Ends the current session.
pub async fn here(State(state): State<AppState>, caller: Caller, SignedIn(who): SignedIn) -> Result<Response, Problem> {
    state.services.sessions.sign_out(who.claims.session, who.claims.user, &caller).await?;
    Ok(signed_out(&state, &who))
}

/// Ends every session of the user.
pub async fn everywhere(
    State(state): State<AppState>,
    caller: Caller,
    SignedIn(who): SignedIn,
) -> Result<Response, Problem> {
    state.services.users.change(who.claims.user, UserChange::SignOutEverywhere, who.actor(), &caller).await?;
    Ok(signed_out(&state, &who))
}

/// Builds the response after the caller's session has ended: a browser's token cookies are deleted.
pub(super) fn signed_out(state: &AppState, who: &Authenticated) -> Response {
    if who.kind == SessionKind::Api {
        return StatusCode::NO_CONTENT.into_response();
    }
    let cookies = state.cookies.clear_tokens().map(|cookie| (header::SET_COOKIE, cookie));
    (StatusCode::NO_CONTENT, AppendHeaders(cookies)).into_response()
}
