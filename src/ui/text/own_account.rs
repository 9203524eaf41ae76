//! Text of the account pages.

pub const EDIT_ACCOUNT: &str = "Edit account";

pub const PROFILE: &str = "Profile";
pub const PROFILE_LEAD: &str = "How you are greeted, here and by programs that ask who you are.";

pub const EMAIL_LEAD: &str = "Where Claviger writes to you, and what you can sign in with.";
pub const CONFIRMED: &str = "Confirmed";
pub const UNCONFIRMED: &str = "Not confirmed";
pub const NEW_EMAIL: &str = "New email address";
pub const NEW_EMAIL_HINT: &str = "A message goes there. Until it is answered, everything stays as it is.";
pub const CHANGE_EMAIL: &str = "Change email";
pub const CODE: &str = "Code from that message";
pub const CODE_HINT: &str = "Eight digits. The link in the message does the same.";
pub const CONFIRM_EMAIL: &str = "Confirm address";

pub const PASSWORD_LEAD: &str =
    "Every other session ends when it changes, those of programs too. This browser stays signed in.";
pub const CURRENT_PASSWORD: &str = "Current password";
pub const NEW_PASSWORD: &str = "New password";
pub const CHANGE_PASSWORD: &str = "Change password";

pub const SESSIONS: &str = "Your sessions";
pub const SESSIONS_LEAD: &str =
    "Each browser and program that is signed in as you. Whatever you end here is signed out at its next request.";
pub const SESSIONS_SHORT_LEAD: &str = "The browsers and programs that are signed in as you.";
pub const THIS_BROWSER: &str = "This browser";
pub const END_OTHERS: &str = "End all others";

pub const DELETE: &str = "Delete account";
pub const DELETE_LEAD: &str = "Nobody can undo this.";
pub const DELETE_PROFILE: &str = "Your name, address, username and password are erased.";
pub const DELETE_LOG: &str = "The log of what happened keeps its entries, under an id that leads nowhere.";
pub const DELETE_SURE: &str = "Delete my account for good";

pub const CONFIRM: &str = "Confirm your password";
pub const CONFIRM_LEAD: &str = "What you are about to do needs your password again.";
pub const CONFIRM_FIRST: &str = "This needs your password again, because you signed in a while ago.";
pub const CONFIRM_SUBMIT: &str = "Confirm";
pub const BACK: &str = "Back without confirming";

/// Says where else the user is signed in. `count` includes the current session.
pub fn count_of_sessions(count: usize) -> String {
    match count {
        0 | 1 => "You are signed in here and nowhere else.".to_owned(),
        2 => "You are signed in here and in one other place.".to_owned(),
        _ => format!("You are signed in here and in {} other places.", count - 1),
    }
}

/// Says which sessions end when the account is deleted. `count` includes the current session.
pub fn delete_sessions(count: usize) -> String {
    match count {
        0 | 1 => "You are signed out here at once.".to_owned(),
        2 => "You are signed out at once, here and in one other place.".to_owned(),
        _ => format!("You are signed out at once, here and in {} other places.", count - 1),
    }
}
