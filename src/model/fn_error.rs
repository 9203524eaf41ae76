//! The error type of server functions.

use super::Wait;
use serde::{Deserialize, Serialize};

/// Why a server function did nothing. A middleware sets the response status from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum FnError {
    /// The arguments can't be parsed. 400
    #[error("The form could not be read. Reload the page and try again.")]
    BadRequest,
    /// The request is not signed in. 401
    #[error("You’re signed out. Sign in and try again.")]
    SignInRequired,
    /// The user's roles don't grant the permission. 403
    #[error("You don’t have permission to do this. Ask an administrator if you need access.")]
    Forbidden,
    /// The page was opened at an address other than the public one. 403
    #[error("Forms only work at {public_url}. Open this page there.")]
    OtherOrigin { public_url: String },
    /// The object doesn't exist, or the user has no access to it. 404
    #[error("This no longer exists.")]
    NotFound,
    /// Too many requests: retry after that many seconds. 429
    #[error("Too many requests. Try again in {}.", Wait(*retry_after))]
    TooManyRequests { retry_after: u64 },
    /// Temporarily overloaded. 503
    #[error("The server is busy. Try again in a moment.")]
    Busy,
    /// Internal error; the cause is in the server's log. 500
    #[error("Something went wrong on our side. Try again in a moment.")]
    Internal,
    /// The server can't be reached. Created only in the browser.
    #[error("Can’t reach the server. Check your connection and try again.")]
    Unreachable,
}

impl FnError {
    /// Returns the HTTP status for this error.
    pub fn status(&self) -> u16 {
        match self {
            Self::BadRequest => 400,
            Self::SignInRequired => 401,
            Self::Forbidden | Self::OtherOrigin { .. } => 403,
            Self::NotFound => 404,
            Self::TooManyRequests { .. } => 429,
            Self::Busy => 503,
            Self::Internal | Self::Unreachable => 500,
        }
    }
}
