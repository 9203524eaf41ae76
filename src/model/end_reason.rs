//! Why a session ended.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr};

/// Why a session ended. The text is its name in the database and the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Display, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum EndReason {
    /// The user signed out.
    SignedOut,
    /// The user or an administrator revoked it.
    Revoked,
    /// It was not refreshed within the lifetime of its refresh token.
    Idle,
    /// It reached its absolute lifetime.
    Expired,
    /// A refresh token was reused after its successor had been used (RFC 9700 §4.14).
    Replayed,
    /// A refresh token of an unknown generation was presented, as after a restore from a backup.
    #[strum(serialize = "from_the_future")]
    UnknownGeneration,
    /// The password was changed or reset.
    PasswordChanged,
    /// The user was banned.
    Banned,
    /// The user exceeded the session limit, and this session was the least recently seen.
    Surplus,
}

impl EndReason {
    /// Returns whether the session ended because of refresh token reuse: someone had a copy of the token.
    pub fn is_reuse(self) -> bool {
        self == Self::Replayed
    }
}
