//! Small things that pages and the browser say to each other.

use super::Timestamp;
use serde::{Deserialize, Serialize};

/// What a tab knows of its access token after a renewal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenLife {
    pub issued_at: Timestamp,
    pub expires_at: Timestamp,
    /// The server's clock, so that a browser's wrong one does no harm.
    pub now: Timestamp,
    /// How often this session was renewed.
    pub renewals: i64,
}

/// Whether a set-up link works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SetUpLink {
    Good,
    /// Used, expired, or older than the newest.
    Dead,
    /// None was shown.
    Missing,
    /// There is an administrator: nothing is left to set up.
    Done,
}

/// Light, dark, or as the system says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    /// The name as the cookie and the form write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme of this name; of any other, the system's.
    pub fn parse(text: &str) -> Self {
        match text {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }
}
