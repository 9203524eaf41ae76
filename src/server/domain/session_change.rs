//! What happens to a session, as the monitor reports it.

use crate::model::{EndReason, RiskSignal};

/// A change of a session that is published as an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionChange {
    Started,
    Refreshed,
    Ended(EndReason),
    Flagged(RiskSignal),
}

impl SessionChange {
    /// Returns the name of the event on the stream.
    pub fn event_name(self) -> &'static str {
        match self {
            Self::Started => "session.started",
            Self::Refreshed => "session.refreshed",
            Self::Ended(_) => "session.ended",
            Self::Flagged(_) => "session.flagged",
        }
    }

    /// Returns the end reason or the risk signal.
    pub fn reason(self) -> Option<&'static str> {
        match self {
            Self::Started | Self::Refreshed => None,
            Self::Ended(reason) => Some(reason.into_str()),
            Self::Flagged(signal) => Some(signal.into_str()),
        }
    }
}
