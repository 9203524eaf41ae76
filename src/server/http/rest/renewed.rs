//! The tokens of an `api` session, as several routes answer them.

use crate::{model::Timestamp, server::services::Tokens};
use serde::Serialize;

/// A pair of tokens.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Renewed {
    token: String,
    token_type: &'static str,
    /// Seconds that are left.
    expires_in: u64,
    refresh_token: String,
}

impl Renewed {
    /// As it stands at `now`.
    pub fn of(tokens: Tokens, now: Timestamp) -> Self {
        Self {
            expires_in: tokens.access.claims.expires_at.since(now).as_secs(),
            token: tokens.access.token,
            token_type: "Bearer",
            refresh_token: tokens.refresh,
        }
    }
}
