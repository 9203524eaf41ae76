//! Links from mails, as pages see them.

use serde::{Deserialize, Serialize};

/// Purpose of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkKind {
    /// Creating an account by invitation.
    Invitation,
    /// Verifying an address: an account's current one or its new one.
    VerifyEmail,
    /// Choosing a new password.
    ResetPassword,
    /// Unlocking sign-in.
    Unlock,
    /// Cancelling an email change.
    StopEmailChange,
}

/// State of a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkState {
    /// The link works and concerns this address.
    Good { address: String },
    /// Used, expired, replaced by a newer link, or never issued.
    Dead,
}
