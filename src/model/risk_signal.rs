//! Risk signals and the state of a session.

use super::EndReason;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr};

/// Risk signal: why a session deserves attention. The text is its name in the database and the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Display, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case", const_into_str)]
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

/// State of a session. The text is its name in the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum SessionState {
    Live,
    /// Live, with a risk signal.
    Flagged(RiskSignal),
    Ended(EndReason),
}
