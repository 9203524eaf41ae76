//! Session kinds.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// How a session was opened and carries its tokens. A refresh token works only for its own session kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SessionKind {
    /// Opened by the sign-in form; tokens travel in cookies.
    Browser,
    /// Opened by `POST /api/auth/login`; tokens travel in the body.
    Api,
}

impl fmt::Display for SessionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Browser => "browser",
            Self::Api => "api",
        })
    }
}

impl FromStr for SessionKind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "browser" => Ok(Self::Browser),
            "api" => Ok(Self::Api),
            _ => Err(()),
        }
    }
}
