//! `POST /auth/refresh`.

use super::{body::Body, token_response::TokenResponse};
use crate::{
    model::SessionKind,
    server::{
        http::{limits, problem::Problem, state::AppState},
        services::Caller,
    },
};
use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use serde::Deserialize;

/// A refresh request.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct RefreshRequest {
    refresh_token: String,
}

/// Refreshes an `api` session, within the user's budget: a token over budget stays valid. Rejects a browser
/// session's refresh token, which is only valid in its cookie.
pub async fn refresh(State(state): State<AppState>, caller: Caller, Body(request): Body<RefreshRequest>) -> Response {
    let request = RefreshRequest { refresh_token: request.refresh_token.trim().to_owned() };
    let owner = match state.services.sessions.owner_of(&request.refresh_token).await {
        Ok(owner) => owner,
        Err(error) => return Problem::from(error).into_response(),
    };
    let budget = owner.and_then(|user| state.services.limits.user(user));
    limits::within(budget, async { refreshed(&state, &request, &caller).await.into_response() }).await
}

async fn refreshed(
    state: &AppState,
    request: &RefreshRequest,
    caller: &Caller,
) -> Result<Json<TokenResponse>, Problem> {
    let tokens = state.services.sessions.refresh(&request.refresh_token, SessionKind::Api, caller).await?;
    Ok(Json(TokenResponse::of(tokens, state.services.clock.now())))
}
