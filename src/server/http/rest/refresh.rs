//! `POST /auth/refresh`.

use super::{body::Body, renewed::Renewed};
use crate::{
    model::SessionKind,
    server::http::{authenticate::From, problem::Problem, state::AppState},
};
use axum::{Json, extract::State};
use serde::Deserialize;

/// What is asked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Asked {
    refresh_token: String,
}

/// Renews an `api` session. A refresh token of a browser's session is good only in its cookie.
pub async fn refresh(
    State(state): State<AppState>,
    From(caller): From,
    Body(asked): Body<Asked>,
) -> Result<Json<Renewed>, Problem> {
    let tokens = state.services.sessions.refresh(&asked.refresh_token, SessionKind::Api, &caller).await?;
    Ok(Json(Renewed::of(tokens, state.services.clock.now())))
}
