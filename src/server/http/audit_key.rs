//! The public key that checks the signatures of the audit log.

use super::state::AppState;
use axum::{Json, Router, extract::State, routing::get};
use serde_json::{Value, json};

/// The route at the root: open to anyone, like every public key.
pub fn routes() -> Router<AppState> {
    Router::new().route("/.well-known/claviger-audit.json", get(key))
}

/// Returns the current key, in the form that `claviger audit verify --public-key` takes, and former ones.
async fn key(State(state): State<AppState>) -> Json<Value> {
    let mut keys = state.services.keys.audit_keys().into_iter();
    let current = keys.next().unwrap_or_default();
    Json(json!({ "algorithm": "Ed25519", "publicKey": current, "previousKeys": keys.collect::<Vec<_>>() }))
}
