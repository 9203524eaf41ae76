//! Why a session ended.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

macro_rules! end_reasons {
    ($($(#[$doc:meta])+ $name:ident = $text:literal),+ $(,)?) => {
        /// Why a session ended.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum EndReason { $($(#[$doc])+ $name),+ }

        impl EndReason {
            /// The name as the database writes it.
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
    /// Its owner signed out.
    SignedOut = "signed_out",
    /// Its owner, or an administrator, ended it from elsewhere.
    Revoked = "revoked",
    /// Not renewed within the refresh token's life.
    Idle = "idle",
    /// At the end of its absolute life.
    Expired = "expired",
    /// A refresh token came back after its successor was used: theft.
    Replayed = "replayed",
    /// A refresh token of a generation that was never issued: a restored backup.
    FromTheFuture = "from_the_future",
    /// The password was changed or reset.
    PasswordChanged = "password_changed",
    /// The user was banned.
    Banned = "banned",
    /// The user signed in once more than is allowed, and this one was seen longest ago.
    Surplus = "surplus",
}

impl EndReason {
    /// Whether somebody had a copy of a refresh token.
    pub fn is_theft(self) -> bool {
        self == Self::Replayed
    }
}

impl fmt::Display for EndReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
