//! Text of the pages about users, for administrators.

use super::monitor::grouped;
use crate::model::{COUNTED, RoleGrant, Timestamp, UserColumn, UserQuestion, UserSortKey, UserState};

/// In the header.
pub const FIND_USER: &str = "Find a user";
pub const SUGGESTIONS: &str = "Suggested users";
pub const NOBODY_FOUND: &str = "No users found";
pub const SEARCH_ALL: &str = "Search all users for ";
pub const USERS: &str = "Users";
pub const ONE_USER: &str = "User";
pub const FILTER: &str = "Filter users";
pub const SEARCH: &str = "Search by name, email, username or ID";
pub const STATUS: &str = "Status";
pub const VERIFIED: &str = "Email";
pub const LOCKED: &str = "Sign-in";
pub const SIGNED_IN: &str = "Sessions";
pub const ORDER: &str = "Sort by";
pub const ANY: &str = "Any";
pub const NO_MATCH: &str = "No users match these filters.";
pub const NO_ROWS: &str = "There are no users on this page.";
pub const FIRST_PAGE: &str = "Go to the first page";
pub const STATE: &str = "State";
pub const LAST_SIGN_IN: &str = "Last sign-in";
pub const NEVER: &str = "Never";
pub const NONE: &str = "None";
pub const STATUSES: &[(&str, &str)] = &[("", ANY), ("active", "Not suspended"), ("banned", "Suspended")];
pub const VERIFICATIONS: &[(&str, &str)] = &[("", ANY), ("true", "Verified"), ("false", "Not verified")];
pub const LOCKS: &[(&str, &str)] = &[("", ANY), ("true", "Locked"), ("false", "Not locked")];
pub const PRESENCES: &[(&str, &str)] = &[("", ANY), ("true", "Signed in"), ("false", "Signed out")];
pub const ORDERS: &[(&str, &str)] = &[
    ("-createdAt", "Newest"),
    ("createdAt", "Oldest"),
    ("email", "Email, A to Z"),
    ("-email", "Email, Z to A"),
    ("-lastSignInAt", "Last sign-in, latest first"),
    ("lastSignInAt", "Last sign-in, earliest first"),
];

pub const CREATE: &str = "Create a user";
pub const CREATE_LEAD: &str = "The user can sign in once the email address is verified. To let users choose their own password, \
    invite them instead.";
pub const CREATE_SUBMIT: &str = "Create user";
pub const NAME: &str = "Name (optional)";
pub const NAME_HINT: &str = "The username or the first part of the email address if left empty.";
pub const VERIFIED_TICK: &str = "The email address is verified";
pub const PASSWORD: &str = "Password (optional)";
pub const PASSWORD_HINT: &str =
    "If left empty, the user chooses a password with “Forgot password?” on the sign-in page.";

pub const PROFILE: &str = "Profile";
pub const PROFILE_LEAD: &str = "A new email address is unverified until its owner or you verify it.";
pub const SAVE: &str = "Save";
pub const ROLES_LEAD: &str = "Roles decide what a user may do. A change takes effect at the user’s next request.";
pub const ENDS_LEAD: &str = "Leave “Until (UTC)” empty to give a role for good.";
pub const SAVE_ROLES: &str = "Save roles";
pub const ACCESS: &str = "Access";
pub const ACCESS_LEAD: &str = "Suspending a user or ending sessions takes effect at once.";
pub const LIFT: &str = "Lift suspension";
pub const UNLOCK: &str = "Unlock";
pub const VERIFY: &str = "Mark email as verified";
pub const SEND_RESET: &str = "Send password reset email";
pub const SUSPENDED: &str = "Suspended";
pub const SUSPENDED_FOR_GOOD: &str = "Until lifted";
pub const UNTIL: &str = "Until";
pub const UNTIL_UTC: &str = "Until (UTC)";
pub const REASON: &str = "Reason";
pub const LOCK: &str = "Lock";
pub const IS_LOCKED: &str = "Locked after failed sign-ins";
pub const NOT_LOCKED: &str = "Not locked";
pub const ACTIVE_SESSIONS: &str = "Active sessions";
pub const CREATED: &str = "Created";
pub const CHANGED: &str = "Last changed";
pub const BEYOND: &str = "You can’t change this user, because they have permissions that you don’t have.";

pub const REASON_FIELD: &str = "Reason (optional)";
pub const REASON_HINT: &str = "Shown to administrators only.";
pub const UNTIL_FIELD: &str = "Until (optional), in UTC";
pub const UNTIL_HINT: &str = "The suspension ends by then. If left empty, it lasts until it is lifted.";
pub const EMAIL_FIELD: &str = "The user’s email address, to confirm";
pub const SUSPEND_LEAD: &str =
    "The user is signed out everywhere and can’t sign in while suspended. You can lift the suspension.";
pub const DELETE_LEAD: &str =
    "This can’t be undone. Name, email, username and password are deleted, and the user is signed out everywhere.";
pub const LAST_ADMINISTRATOR: &str = "This is the last administrator. To suspend or delete them, make another user an \
    administrator first.";
pub const OWN: &str = "This is you.";
pub const OWN_ACCOUNT: &str = "Delete your account on your account page";
pub const DELETE_SECTION: &str = "Delete user";

/// Formats the number of users that match the filter.
pub fn total(count: i64) -> String {
    if count == 1 { "1 user".to_owned() } else { format!("{} users", grouped(count)) }
}

/// Says how many users are suggested.
pub fn suggested(count: usize) -> String {
    match count {
        0 => NOBODY_FOUND.to_owned(),
        1 => "1 suggestion".to_owned(),
        _ => format!("{count} suggestions"),
    }
}

/// Formats the number of users in a list, which counts up to a limit.
pub fn listed(count: i64) -> String {
    if count > COUNTED { format!("More than {}", total(COUNTED)) } else { total(count) }
}

/// Says what a field holds now, if something else was typed.
pub fn now_is(value: &str) -> String {
    if value.is_empty() { "Now empty.".to_owned() } else { format!("Now: {value}") }
}

/// Says what an email that resets the password does.
pub fn reset_lead(is_verified: bool) -> &'static str {
    if is_verified {
        "A password reset email has a link that sets a new password and works for an hour. The old password works until then."
    } else {
        "The email address isn’t verified. With a password reset email, the old password stops working, and using the link \
         verifies the address."
    }
}

/// Names a state.
pub fn state(state: UserState) -> &'static str {
    match state {
        UserState::Active => "Active",
        UserState::Suspended => SUSPENDED,
        UserState::Locked => "Locked",
        UserState::Unverified => "Unverified",
    }
}

pub const COLUMNS: &str = "Columns";
pub const SHOW_COLUMNS: &str = "Show these columns";

/// Names a column of the list that can be hidden.
pub fn list_column(column: UserColumn) -> &'static str {
    match column {
        UserColumn::Username => super::PLAIN_USERNAME,
        UserColumn::Roles => super::ROLES,
        UserColumn::State => STATE,
        UserColumn::CreatedAt => CREATED,
        UserColumn::LastSignInAt => LAST_SIGN_IN,
    }
}

/// Names a column that sorts the list.
pub fn column(key: UserSortKey) -> &'static str {
    match key {
        UserSortKey::CreatedAt => CREATED,
        UserSortKey::Email => super::EMAIL,
        UserSortKey::LastSignInAt => LAST_SIGN_IN,
    }
}

/// Returns the title of a question.
pub fn question(question: UserQuestion) -> &'static str {
    match question {
        UserQuestion::Suspend => "Suspend this user?",
        UserQuestion::Delete => "Delete this user?",
    }
}

/// Labels the button that does what was asked, and the link to the question.
pub fn button(question: UserQuestion) -> &'static str {
    match question {
        UserQuestion::Suspend => "Suspend user",
        UserQuestion::Delete => DELETE_SECTION,
    }
}

/// Names the roles of a user, those that end with their end.
pub fn given_roles(roles: &[RoleGrant]) -> String {
    let each = roles.iter().map(|role| match role.until {
        Some(until) => format!("{} (until {})", super::role(&role.name), until.in_words()),
        None => super::role(&role.name).to_owned(),
    });
    let each: Vec<_> = each.collect();
    if each.is_empty() { NONE.to_owned() } else { each.join(", ") }
}

/// Says when a suspension ends.
pub fn until(at: Option<Timestamp>) -> String {
    at.map_or_else(|| SUSPENDED_FOR_GOOD.to_owned(), |at| format!("{UNTIL} {}", at.in_words()))
}
