//! Who may make an account.

use serde::{Deserialize, Serialize};

/// Who may register.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Registration {
    /// Anyone.
    Open,
    /// Who was invited.
    Invite,
    /// Nobody.
    #[default]
    Closed,
}
