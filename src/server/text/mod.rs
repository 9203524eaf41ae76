//! The text that people read.

mod api_keys;
mod fields;
mod form_errors;
mod roles;
mod users;

use super::settings::Registration;
use crate::model::Email;

pub use api_keys::api_key_errors;
pub use fields::{parse_account, parse_confirmation, parse_email, parse_sign_in};
pub use form_errors::{
    link_errors, new_email_errors, own_account_errors, registration_errors, resend_errors, set_up_errors,
    sign_in_errors,
};
pub use roles::{ROLE_NAME, role_created, role_deleted, role_errors, role_saved};
pub use users::{
    CHOOSE_ACTION, RESET_JUST_SENT, ROLES_SAVED, SUSPENSION_LIFTED, TYPE_EMAIL, USER_SAVED, USER_SUSPENDED,
    USER_UNLOCKED, bulk_errors, parse_bulk, parse_roles, parse_suspension, reset_sent_to, user_created, user_deleted,
    user_errors,
};

/// Shown after users end one of their own sessions from another.
pub const SESSION_SIGNED_OUT: &str = "Session ended.";
pub const SESSION_GONE: &str = "That session had already ended.";

/// Shown on the sign-in page after the session has ended.
pub const SESSION_ENDED: &str = "Your session has ended. Sign in again.";

/// Shown on the sign-in page if the browser did not keep the cookies of the last sign-in.
pub const COOKIES_BLOCKED: &str =
    "Your browser blocks cookies, so you can’t stay signed in. Allow cookies for this site, then sign in again.";

/// Shown after registration, whether or not the address was taken.
pub const REGISTERED: &str = "Check your email to continue.";
/// Shown after a mail was requested, whether or not it was sent.
pub const VERIFICATION_SENT: &str = "If this address needs verifying, an email is on its way.";
pub const RESET_SENT: &str = "If an account exists for this address, an email with a reset link is on its way.";
/// Shown on the pages of the user's own account.
pub const CONFIRMED: &str = "Password confirmed. You can submit the form now.";
pub const EMAIL_CHANGE_STOPPED: &str =
    "Email change cancelled. If you didn’t ask for it, change your password: that signs out all devices.";
pub const EMAIL_FROZEN: &str =
    "Your email can’t be changed for 24 hours after you report a sign-in that wasn’t you. Try again later.";
pub const ACCOUNT_SECURED: &str = "Your account is secured: all devices are signed out, the old password no longer works, and your email can’t be \
     changed for 24 hours. Check your email for a link to choose a new password.";
pub const EMAIL_CHANGE_CANCELLED: &str = "Email change cancelled.";
pub const NO_EMAIL_CHANGE: &str = "There is no email change to cancel.";
pub const PICTURE_SAVED: &str = "Picture saved.";
pub const PICTURE_REMOVED: &str = "Picture removed.";
pub const PASSWORD_CHANGED: &str = "Password changed. You’ve been signed out everywhere else.";
pub const ACCOUNT_DELETED: &str = "Account deleted.";
pub const MAIL_RESENT: &str = "Email queued. It will be sent in a moment.";
pub const NOT_AN_EMAIL: &str = "Enter a valid email address, like ada@example.com.";
pub const EMAIL_CONFIRMED: &str = "Email address verified.";
pub const PASSWORD_RESET: &str = "Password changed. Sign in with your new password.";
/// Shown on the page that follows set-up or an accepted invitation: the dashboard, or the sign-in page.
pub const ADMINISTRATOR_CREATED: &str = "Administrator created.";
pub const ACCOUNT_CREATED: &str = "Account created.";
pub const UNLOCKED: &str = "Account unlocked. You can sign in now.";

/// Shown next to a field that was left empty.
pub const ENTER_IDENTIFIER: &str = "Enter your email address or username.";
pub const ENTER_CODE: &str = "Enter the code from the email.";

/// Returns the message after a verification mail was requested for a new address, whether or not it is taken.
pub fn new_email_sent(email: &Email) -> String {
    format!("We sent a verification email to {}.", email.as_str())
}

/// The same message in REST, whose response depends on nothing that was sent.
pub const NEW_EMAIL_SENT: &str = "We sent a verification email to the new address.";

/// Returns the message after a user was invited.
pub fn invited(email: &Email) -> String {
    format!("Invitation sent to {}.", email.as_str())
}

/// Returns the message after the email address was changed.
pub fn email_changed(email: &Email) -> String {
    format!("Your email address is now {}.", email.as_str())
}

/// Returns the sentence about who may register.
pub fn registration(mode: Registration) -> &'static str {
    match mode {
        Registration::Open => "Registration is open: anyone can create an account.",
        Registration::Invite => "Registration is by invitation: only people you invite can create an account.",
        Registration::Closed => "Registration is closed: no one can create an account, not even with an invitation.",
    }
}

/// Returns the message after an administrator revoked `count` sessions.
pub fn sessions_ended(count: usize) -> String {
    match count {
        0 => "Already ended. Nothing to revoke.".to_owned(),
        1 => "1 session revoked.".to_owned(),
        _ => format!("{count} sessions revoked."),
    }
}

/// Returns the same message for an administrator whose own session was among them.
pub fn own_sessions_ended(count: usize) -> String {
    if count > 1 {
        format!("{count} sessions revoked, including yours. Sign in again.")
    } else {
        "Your session was revoked. Sign in again.".to_owned()
    }
}

/// Returns the message after users ended all their other sessions.
pub fn other_sessions_ended(count: usize) -> String {
    match count {
        0 => "You had no other sessions.".to_owned(),
        1 => "1 other session ended.".to_owned(),
        _ => format!("{count} other sessions ended."),
    }
}
