//! `GET /sessions` and `DELETE /sessions/{id}`: one's own.

use super::list::{Listed, PageRequest};
use crate::{
    model::EndReason,
    server::{
        http::{
            authenticate::{From, SignedIn},
            problem::Problem,
            state::AppState,
        },
        services::{SessionRow, devices},
    },
};
use axum::{
    Json,
    extract::{Path, State, rejection::PathRejection},
    http::StatusCode,
};
use serde::Serialize;

/// One of one's own sessions.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Session {
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
    /// Whether it is the one that asks.
    current: bool,
}

/// One's own live sessions, the latest seen first.
pub async fn list(
    State(state): State<AppState>,
    SignedIn(who): SignedIn,
    page: PageRequest,
) -> Result<Json<Listed<Session>>, Problem> {
    let sessions = state.services.sessions.live_of(who.claims.user).await?;
    let current = who.claims.session;
    let sessions = sessions.into_iter().map(|row| Session { current: row.id == current, ..row.into() }).collect();
    Ok(Json(page.take(sessions, |session| session.id.clone())?))
}

/// Ends one of one's own sessions. Somebody else's is not there.
pub async fn end(
    State(state): State<AppState>,
    From(caller): From,
    SignedIn(who): SignedIn,
    id: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, Problem> {
    let id = id.ok().and_then(|Path(id)| id.parse().ok()).ok_or(Problem::NotFound)?;
    let ended = state.services.sessions.end(id, who.claims.user, EndReason::Revoked, &caller).await?;
    ended.map(|_| StatusCode::NO_CONTENT).ok_or(Problem::NotFound)
}

impl std::convert::From<SessionRow> for Session {
    fn from(row: SessionRow) -> Self {
        Self {
            id: row.id.to_string(),
            kind: row.kind.to_string(),
            device: devices::in_words(&row.agent),
            network: row.network,
            created_at: row.created_at.to_string(),
            last_seen_at: row.last_seen_at.to_string(),
            access_expires_at: row.access_until.to_string(),
            refresh_expires_at: row.idle_until.to_string(),
            generation: row.generation,
            state: "live",
            current: false,
        }
    }
}
