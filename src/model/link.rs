//! Links out of mails, as pages know them.

use serde::{Deserialize, Serialize};

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkKind {
    /// Making an account, by invitation.
    Invitation,
    /// Confirming an address: an account's, or the one that is to become it.
    VerifyEmail,
    /// Choosing a new password.
    ResetPassword,
    /// Opening a lock.
    Unlock,
    /// Stopping a change of address.
    StopEmailChange,
}

/// Whether a link works.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkState {
    /// It does, and is about this address.
    Good { address: String },
    /// Used, expired, older than the newest, or never made.
    Dead,
}
