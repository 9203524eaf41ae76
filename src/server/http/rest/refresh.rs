//! `POST /auth/refresh`.

use super::body::Body;
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
use serde::{Deserialize, Serialize};

/// What is asked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Asked {
    refresh_token: String,
}

/// What is answered.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    token: String,
    token_type: &'static str,
    /// Seconds that are left.
    expires_in: u64,
    refresh_token: String,
}

/// Renews an `api` session, within that session's budget: a token over it is as good as it was. A
/// refresh token of a browser's session is good only in its cookie.
pub async fn refresh(State(state): State<AppState>, From(caller): From, Body(asked): Body<Asked>) -> Response {
    let session = state.services.sessions.of_token(&asked.refresh_token);
    let budget = session.and_then(|session| state.services.limits.session(session));
    limits::within(budget, async { renew(&state, &asked, &caller).await.into_response() }).await
}

async fn renew(state: &AppState, asked: &Asked, caller: &Caller) -> Result<Json<Answer>, Problem> {
    let tokens = state.services.sessions.refresh(&asked.refresh_token, SessionKind::Api, caller).await?;
    Ok(Json(Answer {
        expires_in: tokens.access.claims.expires_at.since(state.services.clock.now()).as_secs(),
        token: tokens.access.token,
        token_type: "Bearer",
        refresh_token: tokens.refresh,
    }))
}
