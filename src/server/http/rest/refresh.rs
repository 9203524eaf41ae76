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

/// What is asked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Asked {
    refresh_token: String,
}

/// Renews an `api` session, within that session's budget: a token over it is as good as it was. A
/// refresh token of a browser's session is good only in its cookie.
pub async fn refresh(State(state): State<AppState>, From(caller): From, Body(asked): Body<Asked>) -> Response {
    let asked = Asked { refresh_token: asked.refresh_token.trim().to_owned() };
    let session = state.services.sessions.of_token(&asked.refresh_token);
    let budget = session.and_then(|session| state.services.limits.session(session));
    limits::within(budget, async { renew(&state, &asked, &caller).await.into_response() }).await
}

async fn renew(state: &AppState, asked: &Asked, caller: &Caller) -> Result<Json<Renewed>, Problem> {
    let tokens = state.services.sessions.refresh(&asked.refresh_token, SessionKind::Api, caller).await?;
    Ok(Json(Renewed::of(tokens, state.services.clock.now())))
}
