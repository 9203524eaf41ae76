//! How many mails are sent that somebody else may have asked for: one budget for each purpose, so that
//! nobody uses up what the owner needs to get back in.

use super::Letter;
use crate::server::services::links;
use std::{fmt, time::Duration};

/// Whose budget a mail counts for.
#[derive(Debug, Clone, Copy)]
pub enum MailBudget<'a> {
    /// The mailbox's: of all addresses that differ by what stands after a plus only. Anybody can make
    /// accounts of those.
    Mailbox,
    /// The address's, which is confirmed. Nobody else's accounts count for it.
    Address,
    /// That of a device which has signed in to the account, by its digest: strangers do not touch it.
    Device(&'a str),
}

/// What mails are for that somebody else may have asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To get an account, or to hear that there is one.
    SignUp,
    /// To set a password.
    Password,
    /// To move an account to another address.
    NewAddress,
}

impl Purpose {
    /// For how long a mail counts. What sets a password never for longer than its link works: else the last
    /// one could be dead, and no other to be had.
    pub fn window(self, per: Duration) -> Duration {
        match self {
            Self::Password => per.min(links::PASSWORD_LIFE),
            Self::SignUp | Self::NewAddress => per,
        }
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SignUp => "sign-up",
            Self::Password => "password",
            Self::NewAddress => "new-address",
        })
    }
}

impl Letter {
    pub(super) fn purpose(&self) -> Purpose {
        match self {
            Self::ResetPassword { .. } | Self::FinishRegistration { .. } => Purpose::Password,
            Self::ConfirmNewEmail { .. } => Purpose::NewAddress,
            _ => Purpose::SignUp,
        }
    }
}
