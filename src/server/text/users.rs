//! What administrators read after changing users.

use crate::{
    model::{Ban, Email, FnError, FormErrors, NotABan, Timestamp},
    server::services::UserError,
};

pub const USER_SAVED: &str = "User saved.";
pub const ROLES_SAVED: &str = "Roles saved.";
pub const USER_SUSPENDED: &str = "User suspended and signed out everywhere.";
pub const SUSPENSION_LIFTED: &str = "Suspension lifted. The user can sign in again.";
pub const USER_UNLOCKED: &str = "User unlocked.";
pub const TYPE_EMAIL: &str = "Enter the user’s email address to confirm.";

pub fn user_created(email: &Email) -> String {
    format!("User {} created.", email.as_str())
}

pub fn user_deleted(email: &Email) -> String {
    format!("User {} deleted.", email.as_str())
}

/// Returns the form errors of a user that was not created or changed.
pub fn user_errors(error: UserError) -> Result<FormErrors, FnError> {
    Ok(FormErrors::of_form(match error {
        UserError::Missing => return Err(FnError::NotFound),
        UserError::Service(error) => return Err(error.into()),
        UserError::Taken => "This email address or username is already in use.",
        UserError::LastAdministrator => "This is the last administrator. Make another user an administrator first.",
        UserError::Changed => {
            "Someone else changed this user in the meantime. Nothing was saved: check what is there now, then save again."
        }
        UserError::NotFresh => "Confirm your password first.",
        UserError::BeyondActor => "This takes a permission that you don’t have.",
        UserError::UnknownRole { .. } => "One of these roles no longer exists. Choose again.",
        UserError::Ambiguous { .. } => return Err(FnError::Internal),
    }))
}

/// Parses a suspension: its end, in UTC and as browsers send it, and its reason. Both may be empty.
pub fn parse_suspension(until: &str, reason: &str, now: Timestamp) -> Result<Ban, FormErrors> {
    // Browsers leave out the seconds if they are zero.
    let seconds = if until.len() == 16 { ":00Z" } else { "Z" };
    let until = Some(until.trim()).filter(|until| !until.is_empty());
    let until = until.map(|until| format!("{until}{seconds}").parse()).transpose();
    let until = until.map_err(|_| FormErrors::of_field("until", "Enter a date and time, like 2027-01-31T12:00."))?;
    Ban::new(until, reason, now).map_err(|error| match error {
        NotABan::Past => FormErrors::of_field("until", "Choose a time in the future."),
        NotABan::Reason => FormErrors::of_field("reason", "Use at most 500 characters, on one line."),
    })
}
