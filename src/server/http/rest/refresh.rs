//! `POST /auth/refresh`.

use super::{body::Body, renewed::Renewed};
use crate::{
    model::SessionKind,
    server::{
        http::{authenticate::From, limits, problem::Problem, state::AppState},
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
pub struct Asked {
    refresh_token: String,
}

/// Refreshes an `api` session, within the user's budget: a token over budget stays valid. Rejects a browser
/// session's refresh token, which is only valid in its cookie.
pub async fn refresh(State(state): State<AppState>, From(caller): From, Body(asked): Body<Asked>) -> Response {
    let asked = Asked { refresh_token: asked.refresh_token.trim().to_owned() };
    let owner = match state.services.sessions.owner_of(&asked.refresh_token).await {
        Ok(owner) => owner,
        Err(error) => return Problem::from(error).into_response(),
    };
    let budget = owner.and_then(|user| state.services.limits.user(user));
    limits::within(budget, async { renew(&state, &asked, &caller).await.into_response() }).await
}

async fn renew(state: &AppState, asked: &Asked, caller: &Caller) -> Result<Json<Renewed>, Problem> {
    let tokens = state.services.sessions.refresh(&asked.refresh_token, SessionKind::Api, caller).await?;
    Ok(Json(Renewed::of(tokens, state.services.clock.now())))
}
