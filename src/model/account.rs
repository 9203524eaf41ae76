//! What one's own account and the invitations of others show.

use super::Timestamp;
use serde::{Deserialize, Serialize};

/// One's own account, as it can be changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub name: String,
    pub username: Option<String>,
    pub email: String,
    pub is_email_confirmed: bool,
    /// Whether the password was shown a moment ago, as some changes need it.
    pub is_fresh: bool,
    /// How many sessions there are, this one included.
    pub sessions: usize,
    pub now: Timestamp,
}

/// Who may register, and who was invited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitations {
    /// Who may register, as a sentence.
    pub rule: String,
    /// The latest first.
    pub open: Vec<Invitation>,
    /// Whether there are more than those.
    pub has_more: bool,
    pub now: Timestamp,
}

/// An invitation that nobody has used yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    pub id: String,
    pub email: String,
    pub invited_at: Timestamp,
    pub ends_at: Timestamp,
}
