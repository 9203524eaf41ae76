//! Data of the account page and the invitations page.

use super::Timestamp;
use serde::{Deserialize, Serialize};

/// The user's own account, as the account page edits it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub name: String,
    /// The address of the profile picture.
    pub picture: Option<String>,
    pub username: Option<String>,
    pub email: String,
    pub is_email_confirmed: bool,
    /// The address that replaces `email` once it is verified.
    pub pending_email: Option<PendingEmail>,
    /// Until when the address can't be changed, because a sign-in was reported.
    pub email_frozen_until: Option<Timestamp>,
    /// Whether the user has entered the password recently, as some changes require.
    pub is_fresh: bool,
    /// Number of live sessions, including the current one.
    pub sessions: usize,
    pub now: Timestamp,
}

/// A requested email address that is not verified yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingEmail {
    pub address: String,
    /// When its link and code expire.
    pub ends_at: Timestamp,
}

/// The registration mode and the active invitations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitations {
    /// The registration mode as a sentence.
    pub rule: String,
    /// Most recent first.
    pub open: Vec<Invitation>,
    /// Whether there are more than these.
    pub has_more: bool,
    pub now: Timestamp,
}

/// An invitation that has not been used yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    pub id: String,
    pub email: String,
    pub invited_at: Timestamp,
    pub ends_at: Timestamp,
}
