//! The JWT service: issues, checks, renews and revokes tokens.

mod access;
mod keys;
mod refresh;
mod revocations;
mod rotation;
mod sealing;
mod touches;

pub use crate::model::Claims;
pub use access::{AccessTokens, Issued};
pub use keys::{KeyError, Keyring, MasterSecret};
pub use refresh::{RefreshToken, RefreshTokens};
pub use revocations::Revocations;
pub use rotation::{Verdict, verdict};
pub use sealing::Sealed;
pub use touches::Touches;

/// Why a token is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Malformed, forged, or not for here.
    #[error("Invalid token")]
    Invalid,
    /// Ours, and dated ahead of the clock, which was set back. To whom a token is refused it is as invalid.
    #[error("Invalid token")]
    NotYetValid,
    /// Its time is over.
    #[error("Token expired")]
    Expired,
    /// Its session has ended, or its user is gone.
    #[error("Token revoked")]
    Revoked,
    /// Made before a change of the user's roles or password; its session may be alive.
    #[error("Token revoked")]
    Stale,
}

impl TokenError {
    /// What is said of a token that nothing can be done about.
    #[must_use]
    pub fn told(self) -> Self {
        match self {
            Self::NotYetValid => Self::Invalid,
            Self::Stale => Self::Revoked,
            other => other,
        }
    }
}
