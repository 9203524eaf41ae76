//! Whether the server is well, for those who watch over it.

use super::state::AppState;
use axum::{Json, Router, extract::State, http::StatusCode, routing::get};
use serde_json::{Value, json};

/// At the root, without sign-in, and not behind the renewal of cookies.
pub fn routes() -> Router<AppState> {
    Router::new().route("/health", get(health)).route("/ready", get(ready))
}

/// That the process lives: 200 as long as it can say so. A restart would not bring the database back.
async fn health(State(state): State<AppState>) -> Json<Value> {
    Json(json!({
        "status": "healthy",
        "database": if state.services.is_connected().await { "connected" } else { "unavailable" },
        "version": env!("CARGO_PKG_VERSION"),
        "uptime": state.started.elapsed().as_secs(),
    }))
}

/// Whether requests should be sent here.
async fn ready(State(state): State<AppState>) -> (StatusCode, Json<Value>) {
    let is_ready = !state.stopping.has_begun() && state.services.is_ready().await;
    let status = if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(json!({ "status": if is_ready { "ready" } else { "not ready" } })))
}
