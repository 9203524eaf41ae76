//! Text of the account pages.

pub const EDIT_ACCOUNT: &str = "Edit account";

pub const PROFILE: &str = "Profile";
pub const PROFILE_LEAD: &str = "Your name, shown here and to apps that use your account.";

pub const PICTURE: &str = "Picture";
pub const PICTURE_LEAD: &str = "Shown in place of your initials. Only you and administrators can see it.";
pub const CHOOSE_PICTURE: &str = "New picture";
pub const PICTURE_HINT: &str =
    "JPEG, PNG or WebP, at most 2 MiB and 4096 × 4096 pixels. The square in its centre is kept.";
pub const SAVE_PICTURE: &str = "Save picture";
pub const REMOVE_PICTURE: &str = "Remove picture";

pub const EMAIL_LEAD: &str = "Used to sign in and for notifications.";
pub const CONFIRMED: &str = "Verified";
pub const UNCONFIRMED: &str = "Not verified";
pub const NEW_EMAIL: &str = "New email address";
pub const NEW_EMAIL_HINT: &str =
    "We’ll send a verification email to the new address. Your current address stays until you verify the new one.";
pub const CHANGE_EMAIL: &str = "Change email";
pub const EMAIL_FROZEN: &str =
    "You reported a sign-in that wasn’t you. To protect your account, the address can’t be changed until";
pub const WAITING_FOR: &str = "Waiting for this address to be verified:";
pub const WAITING_UNTIL: &str = "The link and the code in the email expire";
pub const RESEND_EMAIL: &str = "Resend email";
pub const CANCEL_EMAIL: &str = "Cancel change";
pub const CODE: &str = "Code from the verification email";
pub const CODE_HINT: &str = "8 digits. Or open the link in the email.";
pub const CONFIRM_EMAIL: &str = "Verify email";

pub const PASSWORD_LEAD: &str = "Changing your password signs you out everywhere else, including apps.";
pub const CURRENT_PASSWORD: &str = "Current password";
pub const NEW_PASSWORD: &str = "New password";
pub const CHANGE_PASSWORD: &str = "Change password";

pub const SESSIONS: &str = "Your sessions";
pub const SESSIONS_LEAD: &str =
    "Browsers and apps signed in to your account. Signing one out takes effect immediately.";
pub const SESSIONS_SHORT_LEAD: &str = "Browsers and apps signed in to your account.";
pub const END_OTHERS: &str = "Sign out all other sessions";

pub const SECURITY_LOG: &str = "Security log";
pub const SECURITY_LOG_LEAD: &str = "What happened on your account, newest first.";
pub const SEE_ALL: &str = "See all activity";

pub const DATA: &str = "Your data";
pub const DATA_LEAD: &str = "Your profile, sessions, devices and activity, as a JSON file.";
pub const DOWNLOAD: &str = "Download my data";

pub const DELETE: &str = "Delete account";
pub const DELETE_LEAD: &str = "This can’t be undone.";
pub const DELETE_PROFILE: &str = "Your name, email, username and password are permanently deleted.";
pub const DELETE_SESSIONS: &str = "You’ll be signed out on all devices.";
pub const DELETE_LOG: &str = "Audit log entries are kept, but no longer identify you after 30 days.";
pub const DELETE_SURE: &str = "I understand: permanently delete my account";

pub const CONFIRM: &str = "Confirm your password";
pub const CONFIRM_LEAD: &str = "To continue, confirm your password. Signed in as";
pub const CONFIRM_FIRST: &str = "For your security, please confirm your password.";
pub const CONFIRM_SUBMIT: &str = "Confirm";
pub const BACK: &str = "Cancel";

/// Says where else the user is signed in. `count` includes the current session.
pub fn count_of_sessions(count: usize) -> String {
    match count {
        0 | 1 => "This is your only session.".to_owned(),
        2 => "You have 1 other session.".to_owned(),
        _ => format!("You have {} other sessions.", count - 1),
    }
}
