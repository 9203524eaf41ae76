//! A response that is a single sentence.

use axum::Json;
use serde::Serialize;

/// The sentence that reports success.
#[derive(Serialize)]
pub struct MessageResponse {
    message: &'static str,
}

impl MessageResponse {
    /// Creates the response with this sentence.
    pub fn of(message: &'static str) -> Json<Self> {
        Json(Self { message })
    }
}
