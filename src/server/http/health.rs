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
    let is_connected = state.services.is_connected().await;
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

/// Whether requests should be sent here.
async fn ready(State(state): State<AppState>) -> (StatusCode, Json<Value>) {
    let is_ready = state.services.is_ready().await;
    let status = if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(json!({ "status": if is_ready { "ready" } else { "not ready" } })))
}
