//! An answer that is a sentence.

use axum::Json;
use serde::Serialize;

/// What was done.
#[derive(Serialize)]
pub struct Message {
    message: &'static str,
}

impl Message {
    /// The answer that says this.
    pub fn of(message: &'static str) -> Json<Self> {
        Json(Self { message })
    }
}
