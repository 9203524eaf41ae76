//! Risk signals and the state of a session.

use super::EndReason;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Risk signal: why a session deserves attention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum RiskSignal {
    /// The network changed.
    NetworkChanged,
    /// The browser or operating system changed.
    BrowserChanged,
    /// Both changed at once.
    NetworkAndBrowserChanged,
    /// A refresh token was reused, and the session ended (RFC 9700 §4.14).
    Replayed,
}

impl RiskSignal {
    /// Every risk signal.
    pub const ALL: [Self; 4] =
        [Self::NetworkChanged, Self::BrowserChanged, Self::NetworkAndBrowserChanged, Self::Replayed];

    /// Returns the name that the database and the API use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NetworkChanged => "network_changed",
            Self::BrowserChanged => "browser_changed",
            Self::NetworkAndBrowserChanged => "network_and_browser_changed",
            Self::Replayed => "replayed",
        }
    }

    /// Returns the risk signal of a sign-in location change; `None` if nothing changed.
    pub fn of_change(is_other_network: bool, is_other_browser: bool) -> Option<Self> {
        match (is_other_network, is_other_browser) {
            (false, false) => None,
            (true, false) => Some(Self::NetworkChanged),
            (false, true) => Some(Self::BrowserChanged),
            (true, true) => Some(Self::NetworkAndBrowserChanged),
        }
    }
}

impl fmt::Display for RiskSignal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for RiskSignal {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|suspicion| suspicion.as_str() == text).ok_or(())
    }
}

/// State of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SessionState {
    Live,
    /// Live, with a risk signal.
    Suspected(RiskSignal),
    Ended(EndReason),
}

impl SessionState {
    /// Returns the name that the API uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Suspected(_) => "suspected",
            Self::Ended(_) => "ended",
        }
    }
}
