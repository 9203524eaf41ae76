//! What is suspicious about a session, and how it stands.

use super::EndReason;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Why somebody should look at a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Suspicion {
    /// Its tokens came from another network than before.
    NetworkChanged,
    /// Its tokens came from another browser or system than before.
    BrowserChanged,
    /// Both at once.
    NetworkAndBrowserChanged,
    /// A refresh token came back after its successor was used: theft, and the session has ended.
    Replayed,
}

impl Suspicion {
    /// Every suspicion there is.
    pub const ALL: [Self; 4] =
        [Self::NetworkChanged, Self::BrowserChanged, Self::NetworkAndBrowserChanged, Self::Replayed];

    /// The name as the database and the API write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NetworkChanged => "network_changed",
            Self::BrowserChanged => "browser_changed",
            Self::NetworkAndBrowserChanged => "network_and_browser_changed",
            Self::Replayed => "replayed",
        }
    }

    /// What a change of the place that tokens come from means; none if nothing has changed.
    pub fn of_change(is_other_network: bool, is_other_browser: bool) -> Option<Self> {
        match (is_other_network, is_other_browser) {
            (false, false) => None,
            (true, false) => Some(Self::NetworkChanged),
            (false, true) => Some(Self::BrowserChanged),
            (true, true) => Some(Self::NetworkAndBrowserChanged),
        }
    }
}

impl fmt::Display for Suspicion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Suspicion {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|suspicion| suspicion.as_str() == text).ok_or(())
    }
}

/// How a session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SessionState {
    Live,
    /// Alive, and somebody should look at it.
    Suspected(Suspicion),
    Ended(EndReason),
}

impl SessionState {
    /// The name as the API writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Suspected(_) => "suspected",
            Self::Ended(_) => "ended",
        }
    }
}
