//! Registration mode.

use serde::{Deserialize, Serialize};

/// Who may register.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Registration {
    /// Anyone.
    Open,
    /// Invited people only.
    Invite,
    /// No one.
    #[default]
    Closed,
}
