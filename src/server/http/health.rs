//! Whether the server is well, for those who watch over it.

use super::state::AppState;
use axum::{Json, Router, extract::State, http::StatusCode, routing::get};
use serde_json::{Value, json};

/// At the root, without sign-in, and not behind the renewal of cookies.
pub fn routes() -> Router<AppState> {
    Router::new().route("/health", get(health)).route("/ready", get(ready))
}

/// Whether the process lives and the database answers.
async fn health(State(state): State<AppState>) -> (StatusCode, Json<Value>) {
    let is_connected = state.services.db.ping().await.is_ok();
    let (status, words) = if is_connected {
        (StatusCode::OK, ("healthy", "connected"))
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, ("unhealthy", "disconnected"))
    };
    let body = json!({
        "status": words.0,
        "database": words.1,
        "version": env!("CARGO_PKG_VERSION"),
        "uptime": state.started.elapsed().as_secs(),
    });
    (status, Json(body))
}

/// Whether requests should be sent here: the database answers, is of this version, and this node
/// knows what is revoked.
async fn ready(State(state): State<AppState>) -> (StatusCode, Json<Value>) {
    let is_migrated = state.services.db.is_migrated().await;
    let is_ready = is_migrated && state.services.sessions.revocations().is_fresh();
    let status = if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(json!({ "status": if is_ready { "ready" } else { "not ready" } })))
}
