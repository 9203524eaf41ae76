//! Small values that pages, islands and the server exchange.

use super::Timestamp;
use serde::{Deserialize, Serialize};

/// Lifetime of the access token, as a tab knows it after a refresh.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenLife {
    pub issued_at: Timestamp,
    pub expires_at: Timestamp,
    /// The server's time, so that a wrong browser clock does no harm.
    pub now: Timestamp,
    /// Number of token refreshes of this session.
    pub renewals: i64,
}

/// State of a set-up link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SetUpLink {
    Good,
    /// Used, expired, or replaced by a newer link.
    Dead,
    /// The request had no token.
    Missing,
    /// An administrator exists, so there is nothing left to set up.
    Done,
}

/// Light, dark, or the system's preference.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    /// Returns the name that the cookie and the form use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Returns the theme with this name, or the system's preference for any other name.
    pub fn parse(text: &str) -> Self {
        match text {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }
}
