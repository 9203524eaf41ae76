//! Small values that pages, islands and the server exchange.

use super::Timestamp;
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};

/// Lifetime of the access token, as a tab knows it after a refresh.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenLife {
    pub issued_at: Timestamp,
    pub expires_at: Timestamp,
    /// The server's time, so that a wrong browser clock does no harm.
    pub now: Timestamp,
    /// Number of token refreshes of this session.
    pub refreshes: i64,
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

/// Light, dark, or the system's preference. The text is its name in the cookie and the form.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, EnumString, IntoStaticStr)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase", const_into_str)]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}
