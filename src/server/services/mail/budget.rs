//! Limits mails that strangers can request, with one budget per purpose, so that no one uses up what the
//! owner needs to regain access.

use super::MailTemplate;
use crate::server::services::links;
use std::{fmt, time::Duration};

/// Whose budget a mail counts against.
#[derive(Debug, Clone, Copy)]
pub enum MailBudget<'a> {
    /// The mailbox: all addresses that differ only in what follows a plus. Anyone can register those.
    Mailbox,
    /// A confirmed address, which no other account's mails count against.
    Address,
    /// A device that has signed in to the account, by its digest. Strangers can't use up this budget.
    Device(&'a str),
}

/// The purpose of a mail that strangers can request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To register, or to learn that there is an account already.
    SignUp,
    /// To set a password.
    Password,
    /// To change an account's email address.
    NewAddress,
}

impl Purpose {
    /// Returns how long a mail counts. For passwords it is at most the lifetime of the link: otherwise the
    /// last link could be expired and no new one available.
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

impl MailTemplate {
    pub(super) fn purpose(&self) -> Purpose {
        match self {
            Self::ResetPassword { .. } | Self::FinishRegistration { .. } => Purpose::Password,
            Self::ConfirmNewEmail { .. } => Purpose::NewAddress,
            _ => Purpose::SignUp,
        }
    }
}
