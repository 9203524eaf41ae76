//! The error type of server functions.

use super::Wait;
use serde::{Deserialize, Serialize};

/// Why a server function did nothing. The layer in front of them gives each its status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum FnError {
    /// The arguments can't be read. 400
    #[error("The form was not understood. Reload the page and try again.")]
    BadRequest,
    /// Nobody is signed in. 401
    #[error("You are signed out. Sign in and try again.")]
    SignInRequired,
    /// This person's roles don't allow it. 403
    #[error("Your roles don't allow this. Ask an administrator if you should be able to.")]
    Forbidden,
    /// The page was opened at another address than the public one. 403
    #[error("This page was opened at another address than {public_url}, where its forms work. Open it there.")]
    OtherOrigin { public_url: String },
    /// No such thing of this person's. 404
    #[error("It is not there any more.")]
    NotFound,
    /// Try again after so many seconds. 429
    #[error("Too many requests. Try again in {}.", Wait(*retry_after))]
    TooManyRequests { retry_after: u64 },
    /// Try again in a moment. 503
    #[error("The server is busy. Try again in a moment.")]
    Busy,
    /// The cause is in the server's log. 500
    #[error("Something went wrong on the server. Try again in a moment.")]
    Internal,
    /// The server was not reached; only a browser says so.
    #[error("The server can't be reached. Check the connection and try again.")]
    Unreachable,
}

impl FnError {
    /// The HTTP status that it stands for.
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
