//! Text of the administration pages.

use crate::model::{MailKind, MailState};

pub const INVITATIONS: &str = "Invitations";
pub const INVITE: &str = "Invite somebody";
pub const INVITE_LEAD: &str =
    "They get a mail with a link that makes an account with this address. It works for 7 days, once.";
pub const INVITE_SUBMIT: &str = "Send invitation";
pub const OPEN_INVITATIONS: &str = "Open invitations";
pub const NO_INVITATIONS: &str = "Nobody is invited. Who is, shows here until the invitation is used or over.";
pub const MORE_INVITATIONS: &str = "There are more; these are the latest 100.";
pub const INVITED_AT: &str = "Invited";
pub const ENDS_AT: &str = "works until";
pub const REVOKE: &str = "Revoke";

pub const MAIL: &str = "Mail";
pub const TO_FILES: &str = "No mail server is set (mail.smtp_url): mails are written to files in";
pub const BY_SMTP: &str = "Mails leave by the mail server of the settings.";
pub const FILTER: &str = "State of the mails";
pub const ALL_MAILS: &str = "All";
pub const MAIL_STATE: &str = "State";
pub const MAIL_KIND: &str = "Mail";
pub const MAIL_TO: &str = "To";
pub const MAIL_QUEUED: &str = "Queued";
pub const MAIL_SENT: &str = "Sent";
pub const MAIL_TRIES: &str = "Tries";
pub const MAIL_NEXT_TRY: &str = "Next try";
pub const NEXT_TRY: &str = "next try";
pub const MAIL_ERROR: &str = "Last error";
pub const MAIL_SUBJECT: &str = "Subject";
pub const MAIL_ID: &str = "Id";
pub const MAIL_TEXT: &str = "What it says";
pub const SECRETS_HIDDEN: &str = "The tokens of links and the codes are left out: only the receiver may know them.";
pub const CONTENT_GONE: &str = "What it said is gone: that is erased a day after a mail was sent.";
pub const RESEND: &str = "Send again";
pub const RESEND_HINT: &str = "The same mail, to the same address. A link in it works no longer than before.";
pub const BACK_TO_MAIL: &str = "All mail";

/// Names the state of a mail.
pub fn mail_state(state: MailState) -> &'static str {
    match state {
        MailState::Waiting => "Waiting",
        MailState::Sent => "Sent",
        MailState::Failed => "Failed",
    }
}

/// Explains an empty mail list, for one state or for all.
pub fn no_mails(state: Option<MailState>) -> &'static str {
    match state {
        None => "Nothing was mailed yet. Confirmations, invitations and warnings show here, for 30 days.",
        Some(MailState::Waiting) => "No mail waits. Those that could not leave yet show here.",
        Some(MailState::Sent) => "No mail has left yet. Those that have show here, for 30 days.",
        Some(MailState::Failed) => "No mail was given up. Those that can't be delivered show here, for 30 days.",
    }
}

/// Names a kind of mail; `None` for one that this version does not know.
pub fn mail_kind(kind: Option<MailKind>) -> &'static str {
    match kind {
        Some(MailKind::VerifyEmail) => "Confirm the address",
        Some(MailKind::AlreadyRegistered) => "Already registered",
        Some(MailKind::FinishRegistration) => "Finish registration",
        Some(MailKind::ResetPassword) => "Reset the password",
        Some(MailKind::Locked) => "Sign-in locked",
        Some(MailKind::Unlocked) => "Sign-in open again",
        Some(MailKind::ConfirmNewEmail) => "Confirm a new address",
        Some(MailKind::EmailChangeRequested) => "Change of address requested",
        Some(MailKind::EmailChanged) => "Address changed",
        Some(MailKind::PasswordChanged) => "Password changed",
        Some(MailKind::NewDevice) => "Sign-in on a new device",
        Some(MailKind::TokenReused) => "Session ended after misuse",
        Some(MailKind::Invitation) => "Invitation",
        None => MAIL,
    }
}
