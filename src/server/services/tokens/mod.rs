//! The token service: issues, checks, rotates and revokes tokens.

mod access;
mod keys;
mod last_seen;
mod refresh;
mod revocations;
mod rotation;
mod sealing;

pub use crate::model::Claims;
pub use access::{AccessTokens, Issued};
pub use keys::{KeyError, Keyring, MasterSecret};
pub use last_seen::LastSeenRecorder;
pub use refresh::{RefreshToken, RefreshTokens};
pub use revocations::Revocations;
pub use rotation::{Verdict, verdict};
pub use sealing::Sealed;

/// Why a token is rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Malformed, forged, or for another issuer or audience.
    #[error("Invalid token")]
    Invalid,
    /// Genuine, but dated in the future because the clock was set back. Clients see it as invalid.
    #[error("Invalid token")]
    NotYetValid,
    /// Past its lifetime.
    #[error("Token expired")]
    Expired,
    /// Its session has ended, or its user is gone.
    #[error("Token revoked")]
    Revoked,
    /// An API key that is unknown, malformed, expired or revoked.
    #[error("Invalid API key")]
    InvalidKey,
    /// Issued before a change of the user's roles or password. The session may still be live.
    #[error("Token revoked")]
    Stale,
}

impl TokenError {
    /// Returns the error as clients see it: invalid, expired or revoked.
    #[must_use]
    pub fn public(self) -> Self {
        match self {
            Self::NotYetValid => Self::Invalid,
            Self::Stale => Self::Revoked,
            other => other,
        }
    }
}
