//! What is kept about one user.

use super::{PastEvent, Session};
use crate::model::{Timestamp, User};

/// Everything about one user that the user may see.
#[derive(Debug, Clone)]
pub struct OwnData {
    pub user: User,
    /// Live and ended ones, newest first.
    pub sessions: Vec<Session>,
    pub devices: Vec<KnownSince>,
    /// Newest first.
    pub events: Vec<PastEvent>,
}

/// When a device signed in first and last.
#[derive(Debug, Clone, Copy)]
pub struct KnownSince {
    pub first_seen_at: Timestamp,
    pub last_seen_at: Timestamp,
}
