//! What administrators read after changing users.

use crate::{
    model::{Ban, BulkAction, BulkKind, Email, FnError, FormErrors, NotABan, RoleGrant, Timestamp, until_field},
    server::services::{BulkError, UserError},
};
use std::collections::BTreeMap;

pub const USER_SAVED: &str = "User saved.";
pub const ROLES_SAVED: &str = "Roles saved.";
pub const USER_SUSPENDED: &str = "User suspended and signed out everywhere.";
pub const SUSPENSION_LIFTED: &str = "Suspension lifted. The user can sign in again.";
pub const USER_UNLOCKED: &str = "User unlocked.";
pub const RESET_JUST_SENT: &str = "A password reset email was sent less than a minute ago.";
/// Shown for anything that no role of the acting user, or none that lasts as long, allows.
pub const BEYOND: &str = "This takes a permission that you don’t have, or don’t have for that long.";
pub const CHOOSE_ACTION: &str = "Choose an action first.";
pub const TYPE_EMAIL: &str = "Enter the user’s email address to confirm.";

pub fn user_created(email: &Email) -> String {
    format!("User {} created.", email.as_str())
}

pub fn reset_sent_to(email: &Email) -> String {
    format!("Password reset email sent to {}.", email.as_str())
}

pub fn user_deleted(email: &Email) -> String {
    format!("User {} deleted.", email.as_str())
}

/// Returns the form errors of a user that was not created or changed.
pub fn user_errors(error: UserError) -> Result<FormErrors, FnError> {
    Ok(FormErrors::of_form(match error {
        UserError::Missing => return Err(FnError::NotFound),
        UserError::Service(error) => return Err(error.into()),
        UserError::Taken(_) => "This email address or username is already in use.",
        UserError::LastAdministrator => "This is the last administrator. Make another user an administrator first.",
        UserError::OwnBan => "You can’t suspend yourself.",
        UserError::Changed => {
            "Someone else changed this user in the meantime. Nothing was saved: check what is there now, then save again."
        }
        UserError::NotFresh => "Confirm your password first.",
        UserError::EmailFrozen => super::EMAIL_FROZEN,
        UserError::BeyondActor => BEYOND,
        UserError::RoleEnded(role) => return Ok(role_error(&role, "Choose a time in the future.")),
        UserError::UnknownRole { .. } => "One of these roles no longer exists. Choose again.",
        UserError::Ambiguous { .. } => return Err(FnError::Internal),
    }))
}

/// Parses a suspension: its end, in UTC and as browsers send it, and its reason. Both may be empty.
pub fn parse_suspension(until: &str, reason: &str, now: Timestamp) -> Result<Ban, FormErrors> {
    let until = parse_moment(until).map_err(|error| FormErrors::of_field("until", error))?;
    Ban::new(until, reason, now).map_err(|error| match error {
        NotABan::Past => FormErrors::of_field("until", "Choose a time in the future."),
        NotABan::Reason => FormErrors::of_field("reason", "Use at most 500 characters, on one line."),
    })
}

/// Parses the roles of a user: their names, and for those given until a time that time, in UTC and as browsers send it.
pub fn parse_roles(names: Vec<String>, ends: &BTreeMap<String, String>) -> Result<Vec<RoleGrant>, FormErrors> {
    let roles = names.into_iter().map(|name| match parse_moment(ends.get(&name).map_or("", String::as_str)) {
        Ok(until) => Ok(RoleGrant { name, until }),
        Err(error) => Err(role_error(&name, error)),
    });
    roles.collect()
}

fn role_error(role: &str, message: &str) -> FormErrors {
    FormErrors::of_field(&until_field(role), message)
}

/// Parses a time in UTC, of which browsers leave out the seconds if they are zero; `None` if it is empty. Returns the
/// error to show.
fn parse_moment(text: &str) -> Result<Option<Timestamp>, &'static str> {
    let text = text.trim();
    let seconds = if text.len() == 16 { ":00Z" } else { "Z" };
    if text.is_empty() {
        return Ok(None);
    }
    format!("{text}{seconds}").parse().map(Some).map_err(|_| "Enter a date and time, like 2027-01-31T12:00.")
}

/// Returns the form errors of a change of many users that was not started.
pub fn bulk_errors(error: BulkError) -> Result<FormErrors, FnError> {
    match error {
        BulkError::TooMany => Ok(FormErrors::of_form(
            "More users match now than were shown before, or more than 100,000. Nothing was changed: check the number \
             again.",
        )),
        BulkError::Forbidden => Err(FnError::Forbidden),
        BulkError::Missing => Err(FnError::NotFound),
        BulkError::Unfinished | BulkError::Finished => Ok(FormErrors::of_form(error.to_string())),
        BulkError::User(error) => user_errors(error),
    }
}

/// Parses what is done to `count` users: the end and the reason of a suspension, or roles. Before a deletion, the number
/// of users must have been typed.
pub fn parse_bulk(
    kind: BulkKind,
    count: i64,
    confirmation: &str,
    (until, reason): (&str, &str),
    roles: Vec<String>,
    now: Timestamp,
) -> Result<BulkAction, FormErrors> {
    Ok(match kind {
        BulkKind::Ban => parse_suspension(until, reason, now)?.into(),
        BulkKind::Unban => BulkAction::Unban,
        BulkKind::Verify => BulkAction::Verify,
        BulkKind::Unlock => BulkAction::Unlock,
        BulkKind::SendReset => BulkAction::SendReset,
        BulkKind::SetRoles if roles.is_empty() => return Err(FormErrors::of_form("Choose at least one role.")),
        BulkKind::SetRoles => BulkAction::SetRoles { roles },
        BulkKind::SignOut => BulkAction::SignOut,
        BulkKind::Delete => {
            let typed: String = confirmation.chars().filter(char::is_ascii_digit).collect();
            if typed != count.to_string() {
                return Err(FormErrors::of_field("confirmation", "Enter the number of users to confirm."));
            }
            BulkAction::Delete
        }
    })
}
