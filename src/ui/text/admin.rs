//! Text of the administration pages.

use crate::model::{MailKind, MailState};

pub const INVITATIONS: &str = "Invitations";
pub const INVITE: &str = "Invite a user";
pub const INVITE_LEAD: &str =
    "They’ll get an email with a link to create an account. It works once and expires in 7 days.";
pub const INVITE_SUBMIT: &str = "Send invitation";
pub const OPEN_INVITATIONS: &str = "Pending invitations";
pub const NO_INVITATIONS: &str = "No pending invitations.";
pub const MORE_INVITATIONS: &str = "Showing the latest 100.";
pub const INVITED_AT: &str = "Invited";
pub const ENDS_AT: &str = "Expires";
pub const REVOKE: &str = "Revoke";

pub const MAIL: &str = "Email log";
pub const TO_FILES: &str = "No email server configured (mail.smtp_url). Emails are saved as files in";
pub const BY_SMTP: &str = "Emails are sent through the configured email server.";
pub const FILTER: &str = "Filter by state";
pub const ALL_MAILS: &str = "All";
pub const MAIL_STATE: &str = "State";
pub const MAIL_KIND: &str = "Type";
pub const MAIL_TO: &str = "To";
pub const MAIL_QUEUED: &str = "Queued";
pub const MAIL_SENT: &str = "Sent";
pub const MAIL_TRIES: &str = "Attempts";
pub const MAIL_NEXT_TRY: &str = "Next attempt";
pub const MAIL_ERROR: &str = "Last error";
pub const MAIL_SUBJECT: &str = "Subject";
pub const MAIL_ID: &str = "ID";
pub const MAIL_TEXT: &str = "Content";
pub const SECRETS_HIDDEN: &str = "Links and codes are hidden; only the recipient may see them.";
pub const CONTENT_GONE: &str = "The content is deleted one day after sending.";
pub const RESEND: &str = "Resend";
pub const RESEND_HINT: &str = "Sends the same email again. This doesn’t extend the link’s expiry.";
pub const ONE_MAIL: &str = "Email";

/// Names the state of a mail.
pub fn mail_state(state: MailState) -> &'static str {
    match state {
        MailState::Waiting => "Queued",
        MailState::Sent => "Sent",
        MailState::Failed => "Failed",
    }
}

/// Explains an empty mail list, for one state or for all.
pub fn no_mails(state: Option<MailState>) -> &'static str {
    match state {
        None => "No emails yet. Sent emails are listed here for 30 days.",
        Some(MailState::Waiting) => "No emails are waiting to be sent.",
        Some(MailState::Sent) => "No sent emails. They are listed here for 30 days.",
        Some(MailState::Failed) => "No failed emails.",
    }
}

/// Names a kind of mail; `None` for one that this version does not know.
pub fn mail_kind(kind: Option<MailKind>) -> &'static str {
    match kind {
        Some(MailKind::VerifyEmail) => "Verify email",
        Some(MailKind::AlreadyRegistered) => "Already registered",
        Some(MailKind::FinishRegistration) => "Finish registration",
        Some(MailKind::ResetPassword) => "Password reset",
        Some(MailKind::Locked) => "Account locked",
        Some(MailKind::Unlocked) => "Account unlocked",
        Some(MailKind::ConfirmNewEmail) => "Verify new email",
        Some(MailKind::EmailChangeRequested) => "Email change requested",
        Some(MailKind::EmailChanged) => "Email changed",
        Some(MailKind::PasswordChanged) => "Password changed",
        Some(MailKind::NewDevice) => "New device sign-in",
        Some(MailKind::AccountSecured) => "Account secured",
        Some(MailKind::TokenReused) => "Refresh token reuse",
        Some(MailKind::Invitation) => "Invitation",
        Some(MailKind::AuditCheckpoint) => "Audit checkpoint",
        Some(MailKind::ApiKeyCreated) => "API key created",
        Some(MailKind::ApiKeyExpires) => "API key expires",
        None => "Unknown type",
    }
}
