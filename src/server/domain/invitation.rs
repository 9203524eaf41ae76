//! Invitations.

use crate::model::{SecretId, Timestamp};

/// An unused invitation.
#[derive(Debug, Clone)]
pub struct OpenInvitation {
    pub id: SecretId,
    /// The address as the administrator typed it.
    pub email: String,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}
