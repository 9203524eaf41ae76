//! Why a session ended.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

macro_rules! end_reasons {
    ($($(#[$doc:meta])+ $name:ident = $text:literal),+ $(,)?) => {
        /// Why a session ended.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum EndReason { $($(#[$doc])+ $name),+ }

        impl EndReason {
            /// Returns the name that the database uses.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }
        }

        impl FromStr for EndReason {
            type Err = ();

            fn from_str(text: &str) -> Result<Self, ()> {
                match text { $($text => Ok(Self::$name),)+ _ => Err(()) }
            }
        }
    };
}

end_reasons! {
    /// The user signed out.
    SignedOut = "signed_out",
    /// The user or an administrator revoked it.
    Revoked = "revoked",
    /// It was not refreshed within the lifetime of its refresh token.
    Idle = "idle",
    /// It reached its absolute lifetime.
    Expired = "expired",
    /// A refresh token was reused after its successor had been used (RFC 9700 §4.14).
    Replayed = "replayed",
    /// A refresh token of an unknown generation was presented, as after a restore from a backup.
    UnknownGeneration = "from_the_future",
    /// The password was changed or reset.
    PasswordChanged = "password_changed",
    /// The user was banned.
    Banned = "banned",
    /// The user exceeded the session limit, and this session was the least recently seen.
    Surplus = "surplus",
}

impl EndReason {
    /// Returns whether the session ended because of refresh token reuse: somebody had a copy of the token.
    pub fn is_theft(self) -> bool {
        self == Self::Replayed
    }
}

impl fmt::Display for EndReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
