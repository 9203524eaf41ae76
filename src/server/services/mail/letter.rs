//! The mails that there are.

use std::fmt;

/// A mail, before it has words. Links are whole; nothing here is a person's name or a browser's own
/// name for itself, because strangers can choose both.
#[derive(Clone)]
pub enum Letter {
    /// Confirm the address of a new account.
    VerifyEmail { link: String, code: String },
    /// Somebody registered with the address of an account that there is.
    AlreadyRegistered { sign_in: String, forgot_password: String },
    /// The same, while that account's address is not confirmed: the link sets a password and confirms.
    FinishRegistration { link: String },
    /// Choose a new password.
    ResetPassword { link: String },
    /// Sign-in is locked after failed tries; the link opens it.
    Locked { link: String },
    /// The lock is open again.
    Unlocked,
    /// Confirm that this address is to become the account's. Goes to the new address.
    ConfirmNewEmail { link: String, code: String },
    /// Somebody who is signed in asked to move the account to another address. Goes to the old one; the link
    /// stops it.
    EmailChangeRequested { link: String, forgot_password: String },
    /// The account has another address now. Goes to the old one.
    EmailChanged,
    /// The password was changed or reset.
    PasswordChanged { network: String, forgot_password: String },
    /// Somebody signed in with a browser that was not seen before.
    NewDevice { device: String, network: String, forgot_password: String },
    /// A refresh token came back after its successor was used: that session was ended.
    TokenReused { network: String, forgot_password: String },
    /// An administrator invites to make an account.
    Invitation { link: String },
}

impl Letter {
    /// What kind of mail it is, as the list of mails tells it.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::VerifyEmail { .. } => "verify_email",
            Self::AlreadyRegistered { .. } => "already_registered",
            Self::FinishRegistration { .. } => "finish_registration",
            Self::ResetPassword { .. } => "reset_password",
            Self::Locked { .. } => "locked",
            Self::Unlocked => "unlocked",
            Self::ConfirmNewEmail { .. } => "confirm_new_email",
            Self::EmailChangeRequested { .. } => "email_change_requested",
            Self::EmailChanged => "email_changed",
            Self::PasswordChanged { .. } => "password_changed",
            Self::NewDevice { .. } => "new_device",
            Self::TokenReused { .. } => "token_reused",
            Self::Invitation { .. } => "invitation",
        }
    }

    /// What must be shown to nobody but the receiver: the token of the link, and the code.
    pub(super) fn secrets(&self) -> Vec<String> {
        let (link, code) = match self {
            Self::VerifyEmail { link, code } | Self::ConfirmNewEmail { link, code } => (link, Some(code)),
            Self::FinishRegistration { link }
            | Self::ResetPassword { link }
            | Self::Locked { link }
            | Self::EmailChangeRequested { link, .. }
            | Self::Invitation { link } => (link, None),
            Self::AlreadyRegistered { .. }
            | Self::Unlocked
            | Self::EmailChanged
            | Self::PasswordChanged { .. }
            | Self::NewDevice { .. }
            | Self::TokenReused { .. } => return Vec::new(),
        };
        // The token is the only parameter that our links have.
        let token = link.split_once('=').map(|(_, token)| token.to_owned());
        token.into_iter().chain(code.cloned()).filter(|secret| !secret.is_empty()).collect()
    }
}

/// Links and codes stay out of logs.
impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Letter({})", self.name())
    }
}

/// One of each, for tests.
#[cfg(test)]
pub(super) fn samples() -> Vec<(&'static str, Letter)> {
    let to = |path: &str| format!("https://auth.example.com{path}");
    let code = || "48291375".to_owned();
    let network = || "192.0.2.7".to_owned();
    let forgot_password = || to("/forgot-password");
    let letters = vec![
        Letter::VerifyEmail { link: to("/verify-email?token=t0ken"), code: code() },
        Letter::AlreadyRegistered { sign_in: to("/login"), forgot_password: forgot_password() },
        Letter::FinishRegistration { link: to("/reset-password?token=t0ken") },
        Letter::ResetPassword { link: to("/reset-password?token=t0ken") },
        Letter::Locked { link: to("/unlock?token=t0ken") },
        Letter::Unlocked,
        Letter::ConfirmNewEmail { link: to("/verify-email?token=t0ken"), code: code() },
        Letter::EmailChangeRequested { link: to("/stop-email-change?token=t0ken"), forgot_password: forgot_password() },
        Letter::EmailChanged,
        Letter::PasswordChanged { network: network(), forgot_password: forgot_password() },
        Letter::NewDevice { device: "Firefox on Linux".into(), network: network(), forgot_password: forgot_password() },
        Letter::TokenReused { network: network(), forgot_password: forgot_password() },
        Letter::Invitation { link: to("/register?invitation=t0ken") },
    ];
    letters.into_iter().map(|letter| (letter.name(), letter)).collect()
}
