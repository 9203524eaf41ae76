//! Text of the page that ends sessions.

use super::figures::total;
use crate::model::EndScope;

pub const END_SESSIONS: &str = "Sign users out";
pub const END_SESSIONS_LEAD: &str = "Users will need to sign in again. Accounts aren’t affected.";
pub const CANCEL: &str = "Cancel";
pub const NOTHING_TO_END: &str = "There are no active sessions to revoke.";

/// Returns the title of the confirmation page.
pub fn end_title(scope: EndScope) -> &'static str {
    match scope {
        EndScope::Session => "Revoke this session?",
        EndScope::User => "Revoke all sessions of this user?",
        EndScope::Others => "Revoke all sessions except yours?",
        EndScope::All => "Revoke all sessions?",
    }
}

/// Labels the button that ends the sessions, and the link to the confirmation page.
pub fn end_button(scope: EndScope) -> &'static str {
    match scope {
        EndScope::Session => "Revoke session",
        EndScope::User => "Revoke this user’s sessions",
        EndScope::Others => "Revoke all except mine",
        EndScope::All => "Revoke all sessions",
    }
}

/// Describes what ending `count` sessions does.
pub fn end_lead(scope: EndScope, count: i64) -> String {
    let sessions = total(count);
    match scope {
        EndScope::Session => {
            "The session stops working at its next request, and the user has to sign in again.".to_owned()
        }
        EndScope::User => {
            format!("This revokes {sessions} of this user, in browsers and apps. The user can sign in again.")
        }
        EndScope::Others => {
            format!("This revokes {sessions} of all users, in browsers and apps. You stay signed in here.")
        }
        EndScope::All => format!("This revokes {sessions}, including yours. You’ll have to sign in again."),
    }
}

/// Warns that the user's own session is among those to end.
pub const YOURS_TOO: &str = "This includes your current session.";
