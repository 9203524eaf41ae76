//! The two kinds of session.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// How a session carries its tokens; a refresh token is good only at its own door.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SessionKind {
    /// By the form, in cookies.
    Browser,
    /// By `POST /api/auth/login`, in the body.
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
