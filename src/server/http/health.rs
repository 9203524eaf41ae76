//! Health and readiness checks for monitoring.

use super::state::AppState;
use axum::{Json, Router, extract::State, http::StatusCode, routing::get};
use serde_json::{Value, json};

/// Routes at the root: no sign-in, and cookies are not refreshed.
pub fn routes() -> Router<AppState> {
    Router::new().route("/health", get(health)).route("/ready", get(ready))
}

/// Reports that the process is alive, and the last known state of the database. Responds at once, even while
/// the database hangs.
async fn health(State(state): State<AppState>) -> Json<Value> {
    let is_connected = state.services.readiness.is_connected();
    Json(json!({
        "status": "healthy",
        "database": if is_connected { "connected" } else { "unavailable" },
        "version": env!("CARGO_PKG_VERSION"),
        "uptime": state.started.elapsed().as_secs(),
    }))
}

/// Reports whether this node should get requests, and what is wrong.
async fn ready(State(state): State<AppState>) -> (StatusCode, Json<Value>) {
    let reasons = state.services.reasons();
    let (status, word) = if reasons.iter().any(|reason| reason.keeps_requests_away()) {
        (StatusCode::SERVICE_UNAVAILABLE, "unavailable")
    } else {
        (StatusCode::OK, "ready")
    };
    let reasons: Vec<String> = reasons.iter().map(ToString::to_string).collect();
    (status, Json(json!({ "status": word, "reasons": reasons })))
}
