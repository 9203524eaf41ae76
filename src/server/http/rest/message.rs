//! A response that is a single sentence.

use axum::Json;
use serde::Serialize;

/// The sentence that reports success.
#[derive(Serialize)]
pub struct MessageResponse {
    message: String,
}

impl MessageResponse {
    /// Creates the response with this sentence.
    pub fn of(message: impl Into<String>) -> Json<Self> {
        Json(Self { message: message.into() })
    }
}
