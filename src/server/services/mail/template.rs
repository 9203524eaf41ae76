//! The kinds of mails and their data.

use super::text::grouped;
use crate::model::{MailKind, Timestamp};
use std::fmt;

/// A mail before it is rendered. Links are complete URLs. It contains no raw User-Agent, because strangers can choose
/// it, and no person's name but the inviter's, for the same reason.
#[derive(Clone)]
pub enum MailTemplate {
    /// Asks to confirm the address of a new account.
    VerifyEmail { link: String, code: String },
    /// Someone registered with the address of an existing account.
    AlreadyRegistered { sign_in: String, forgot_password: String },
    /// The same for an account with an unconfirmed address. The link sets a password and confirms the
    /// address.
    FinishRegistration { link: String },
    /// Offers a link to choose a new password.
    ResetPassword { link: String },
    /// Sign-in is locked after failed attempts. The link opens the lock.
    Locked { link: String },
    /// The lock was opened.
    Unlocked,
    /// Asks to confirm the account's new address. Sent to the new address.
    ConfirmNewEmail { link: String, code: String },
    /// A signed-in user asked to change the account's address. Sent to the old address; the link stops the
    /// change.
    EmailChangeRequested { link: String, forgot_password: String },
    /// The account has a new address. Sent to the old one.
    EmailChanged,
    /// The password was changed or reset.
    PasswordChanged { network: String, forgot_password: String },
    /// Someone signed in with a new device. The link reports that it was someone else.
    NewDevice { device: String, network: String, at: Timestamp, not_me: String },
    /// The user reported a sign-in. The link sets a new password in place of the voided one.
    AccountSecured { link: String, forgot_password: String },
    /// A refresh token was reused after its successor, so its session was ended.
    TokenReused { network: String, forgot_password: String },
    /// An administrator invites someone to register. Without `inviter`, it was the command line.
    Invitation { link: String, inviter: Option<String> },
    /// An API key was created.
    ApiKeyCreated { name: String, network: String, keys: String },
    /// An API key expires in a week. `keys` is the page of the user's API keys.
    ApiKeyExpires { name: String, at: Timestamp, keys: String },
    /// How far the audit log went: a line as in the file of checkpoints.
    AuditCheckpoint { line: String },
}

impl MailTemplate {
    /// Returns the kind of mail.
    pub(super) fn kind(&self) -> MailKind {
        match self {
            Self::VerifyEmail { .. } => MailKind::VerifyEmail,
            Self::AlreadyRegistered { .. } => MailKind::AlreadyRegistered,
            Self::FinishRegistration { .. } => MailKind::FinishRegistration,
            Self::ResetPassword { .. } => MailKind::ResetPassword,
            Self::Locked { .. } => MailKind::Locked,
            Self::Unlocked => MailKind::Unlocked,
            Self::ConfirmNewEmail { .. } => MailKind::ConfirmNewEmail,
            Self::EmailChangeRequested { .. } => MailKind::EmailChangeRequested,
            Self::EmailChanged => MailKind::EmailChanged,
            Self::PasswordChanged { .. } => MailKind::PasswordChanged,
            Self::NewDevice { .. } => MailKind::NewDevice,
            Self::AccountSecured { .. } => MailKind::AccountSecured,
            Self::TokenReused { .. } => MailKind::TokenReused,
            Self::Invitation { .. } => MailKind::Invitation,
            Self::ApiKeyCreated { .. } => MailKind::ApiKeyCreated,
            Self::ApiKeyExpires { .. } => MailKind::ApiKeyExpires,
            Self::AuditCheckpoint { .. } => MailKind::AuditCheckpoint,
        }
    }

    /// Returns the secrets to redact in previews: link token and code.
    pub(super) fn secrets(&self) -> Vec<String> {
        let (link, code) = match self {
            Self::VerifyEmail { link, code } | Self::ConfirmNewEmail { link, code } => (link, Some(code)),
            Self::FinishRegistration { link }
            | Self::ResetPassword { link }
            | Self::Locked { link }
            | Self::EmailChangeRequested { link, .. }
            | Self::AccountSecured { link, .. }
            | Self::NewDevice { not_me: link, .. }
            | Self::Invitation { link, .. } => (link, None),
            Self::AlreadyRegistered { .. }
            | Self::Unlocked
            | Self::EmailChanged
            | Self::PasswordChanged { .. }
            | Self::ApiKeyCreated { .. }
            | Self::ApiKeyExpires { .. }
            | Self::AuditCheckpoint { .. }
            | Self::TokenReused { .. } => return Vec::new(),
        };
        // The token is the only parameter of our links.
        let token = link.split_once('=').map(|(_, token)| token.to_owned());
        let codes = code.into_iter().flat_map(|code| [code.clone(), grouped(code)]);
        token.into_iter().chain(codes).filter(|secret| !secret.is_empty()).collect()
    }
}

/// Keeps links and codes out of logs.
impl fmt::Debug for MailTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MailTemplate({})", self.kind())
    }
}

/// Returns one mail of each kind.
#[cfg(test)]
pub(super) fn samples() -> Vec<(MailKind, MailTemplate)> {
    const AT: Timestamp = Timestamp(1_795_666_260_000);
    let to = |path: &str| format!("https://auth.example.com{path}");
    let code = || "48291375".to_owned();
    let network = || "192.0.2.7".to_owned();
    let forgot_password = || to("/forgot-password");
    let (key, keys) = (|| "Nightly backup".to_owned(), || to("/account/api-keys"));
    let templates = vec![
        MailTemplate::VerifyEmail { link: to("/verify-email?token=t0ken"), code: code() },
        MailTemplate::AlreadyRegistered { sign_in: to("/login"), forgot_password: forgot_password() },
        MailTemplate::FinishRegistration { link: to("/reset-password?token=t0ken") },
        MailTemplate::ResetPassword { link: to("/reset-password?token=t0ken") },
        MailTemplate::Locked { link: to("/unlock?token=t0ken") },
        MailTemplate::Unlocked,
        MailTemplate::ConfirmNewEmail { link: to("/verify-email?token=t0ken"), code: code() },
        MailTemplate::EmailChangeRequested {
            link: to("/stop-email-change?token=t0ken"),
            forgot_password: forgot_password(),
        },
        MailTemplate::EmailChanged,
        MailTemplate::PasswordChanged { network: network(), forgot_password: forgot_password() },
        MailTemplate::NewDevice {
            device: "Firefox on Linux".into(),
            network: network(),
            at: AT,
            not_me: to("/not-me?token=t0ken"),
        },
        MailTemplate::AccountSecured { link: to("/reset-password?token=t0ken"), forgot_password: forgot_password() },
        MailTemplate::TokenReused { network: network(), forgot_password: forgot_password() },
        MailTemplate::Invitation { link: to("/register?invitation=t0ken"), inviter: Some("Ada Lovelace".into()) },
        MailTemplate::ApiKeyCreated { name: key(), network: network(), keys: keys() },
        MailTemplate::ApiKeyExpires { name: key(), at: AT, keys: keys() },
        MailTemplate::AuditCheckpoint {
            line:
                r#"{"sequence":42,"hash":"2c26b46b68ffc68f","count":42,"at":"2026-11-27T12:00:00Z","signature":"c2ln"}"#
                    .into(),
        },
    ];
    templates.into_iter().map(|template| (template.kind(), template)).collect()
}
