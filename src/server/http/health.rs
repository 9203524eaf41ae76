//! Whether the server is well, for those who watch over it.

use super::state::AppState;
use axum::{Json, Router, extract::State, http::StatusCode, routing::get};
use serde_json::{Value, json};

/// At the root, without sign-in, and not behind the renewal of cookies.
pub fn routes() -> Router<AppState> {
    Router::new().route("/health", get(health)).route("/ready", get(ready))
}

/// Whether the process lives, and how it found the database when it last looked: that is answered at once, even while the
/// database hangs.
async fn health(State(state): State<AppState>) -> Json<Value> {
    let is_connected = state.services.readiness.is_connected();
    Json(json!({
        "status": "healthy",
        "database": if is_connected { "connected" } else { "unavailable" },
        "version": env!("CARGO_PKG_VERSION"),
        "uptime": state.started.elapsed().as_secs(),
    }))
}

/// Whether requests should be sent here, and what is wrong.
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
