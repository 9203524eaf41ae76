//! The text that people read.

mod fields;
mod form_errors;

use super::settings::Registration;

pub use fields::{parse_account, parse_confirmation, parse_email, parse_sign_in};
pub use form_errors::{
    link_errors, new_email_errors, own_account_errors, registration_errors, resend_errors, set_up_errors,
    sign_in_errors,
};

/// Shown after users end one of their own sessions from another.
pub const SESSION_SIGNED_OUT: &str = "That session is ended.";
pub const SESSION_GONE: &str = "That session had ended already.";

/// Shown on the sign-in page after the session has ended.
pub const SESSION_ENDED: &str = "Your session has ended. Sign in again.";

/// Shown on the sign-in page if the browser did not keep the cookies of the last sign-in.
pub const COOKIES_BLOCKED: &str =
    "Your browser blocks cookies, so it can't stay signed in. Allow cookies for this site, then sign in again.";

/// Shown after registration, whether or not the address was taken.
pub const REGISTERED: &str = "Check your mail: a message to this address says how to go on.";
/// Shown after a mail was requested, whether or not it was sent.
pub const VERIFICATION_SENT: &str = "If an account waits for this address to be confirmed, a message is on its way.";
pub const RESET_SENT: &str = "If there is an account with this address, a message with a link is on its way.";
pub const NEW_EMAIL_SENT: &str = "Check the mail of the new address: a message there says how to go on.";
pub const INVITED: &str = "The invitation is on its way.";
/// Shown on the pages of the user's own account.
pub const CONFIRMED: &str = "Your password is confirmed for ten minutes. Nothing is changed yet: go on with the form.";
pub const EMAIL_CHANGED: &str = "The new address is confirmed, and is your account's now.";
pub const EMAIL_CHANGE_STOPPED: &str =
    "The change of address is stopped. If you didn't ask for it, set a new password: that signs out every device.";
pub const NO_EMAIL_CHANGE: &str = "There is no change of address to stop.";
pub const PASSWORD_CHANGED: &str = "The new password is set. Every other session has ended.";
pub const ACCOUNT_DELETED: &str = "Your account is deleted.";
pub const MAIL_RESENT: &str = "The mail is queued again and leaves in a moment.";
pub const NOT_AN_EMAIL: &str = "Enter an email address, like ada@example.com";
pub const EMAIL_CONFIRMED: &str = "The email address is confirmed.";
pub const PASSWORD_RESET: &str = "The new password is set. Sign in with it.";
/// Shown when an invited user, whose address is already confirmed, signs in.
pub const ACCOUNT_MADE: &str = "Your account is made. Sign in.";
pub const LOCK_OPENED: &str = "The lock is open. Sign in.";

/// Shown next to a field that was left empty.
pub const ENTER_IDENTIFIER: &str = "Enter your email address or username";
pub const ENTER_CODE: &str = "Enter the code that the mail has";

/// Returns the sentence about who may register.
pub fn registration(mode: Registration) -> &'static str {
    match mode {
        Registration::Open => "Registration is open: anyone can make an account, invited or not.",
        Registration::Invite => "Registration is by invitation: only who was invited can make an account.",
        Registration::Closed => "Registration is closed: nobody can make an account, invited or not.",
    }
}

/// Returns the message after an administrator ended `count` sessions.
pub fn sessions_ended(count: usize) -> String {
    match count {
        0 => "They had ended already.".to_owned(),
        1 => "1 session is ended.".to_owned(),
        _ => format!("{count} sessions are ended."),
    }
}

/// Returns the same message for an administrator whose own session was among them.
pub fn own_sessions_ended(count: usize) -> String {
    if count > 1 {
        format!("{count} sessions are ended, yours among them. Sign in again.")
    } else {
        "Your session is ended. Sign in again.".to_owned()
    }
}

/// Returns the message after users ended all their other sessions.
pub fn other_sessions_ended(count: usize) -> String {
    match count {
        0 => "There was no other session any more.".to_owned(),
        1 => "The other session is ended.".to_owned(),
        _ => format!("{count} other sessions are ended."),
    }
}
