//! Text of the page that ends sessions.

use super::figures::total;
use crate::model::EndScope;

pub const END_SESSIONS: &str = "End sessions";
pub const END_SESSIONS_LEAD: &str = "Whoever is signed in there has to sign in again. Accounts stay as they are.";
pub const CANCEL: &str = "Cancel";
pub const NOTHING_TO_END: &str = "There is no live session to end.";

/// Returns the title of the confirmation page.
pub fn end_title(scope: EndScope) -> &'static str {
    match scope {
        EndScope::Session => "End this session?",
        EndScope::User => "End all sessions of this user?",
        EndScope::Others => "End everybody's sessions but this one?",
        EndScope::All => "End all sessions?",
    }
}

/// Labels the button that ends the sessions, and the link to the confirmation page.
pub fn end_button(scope: EndScope) -> &'static str {
    match scope {
        EndScope::Session => "End session",
        EndScope::User => "End all of this user",
        EndScope::Others => "End all but mine",
        EndScope::All => "End all",
    }
}

/// Describes what ending `count` sessions does.
pub fn end_lead(scope: EndScope, count: i64) -> String {
    let sessions = total(count);
    match scope {
        EndScope::Session => "It ends at its next request. Whoever holds it has to sign in again.".to_owned(),
        EndScope::User => format!("{sessions} will end, in browsers and in programs. The user can sign in again."),
        EndScope::Others => {
            format!("{sessions} will end: everybody's, in browsers and in programs. This browser stays signed in.")
        }
        EndScope::All => format!("{sessions} will end: everybody's, and yours. You have to sign in again, too."),
    }
}

/// Warns that the user's own session is among those to end.
pub const YOURS_TOO: &str = "Your own session here is one of them: you have to sign in again, too.";
