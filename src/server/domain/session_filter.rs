//! Which sessions a list shows.

use crate::model::{SessionKind, StateFilter, UserId};

/// Filter of the sessions of all users.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SessionFilter {
    /// Part of an address, a name, a device or a network, ignoring case; empty for all.
    pub search: String,
    /// `None` for all live sessions.
    pub state: Option<StateFilter>,
    pub kind: Option<SessionKind>,
    pub user: Option<UserId>,
}
