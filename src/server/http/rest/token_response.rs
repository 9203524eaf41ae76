//! Token response of an `api` session, shared by several routes.

use crate::{model::Timestamp, server::services::Tokens};
use serde::Serialize;

/// An access token and a refresh token.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TokenResponse {
    token: String,
    token_type: &'static str,
    /// Seconds until the access token expires.
    expires_in: u64,
    refresh_token: String,
}

impl TokenResponse {
    /// Builds the response as of `now`.
    pub fn of(tokens: Tokens, now: Timestamp) -> Self {
        Self {
            expires_in: tokens.access.claims.expires_at.since(now).as_secs(),
            token: tokens.access.token,
            token_type: "Bearer",
            refresh_token: tokens.refresh,
        }
    }
}
