//! Text of the page of one session.

use crate::model::EndedBy;

pub const SESSION: &str = "Session";
pub const BACK: &str = "← All sessions";
pub const ID: &str = "ID";
pub const USER_ID: &str = "User ID";
pub const ACCESS_LEFT: &str = "Access token";
pub const REFRESH_LEFT: &str = "Refresh token";
pub const ENDED_AT: &str = "Ended";
pub const ENDED_BY: &str = "Ended by";
pub const HISTORY: &str = "Refresh history";
pub const NO_REFRESHES: &str = "No refreshes yet.";
pub const LATEST: &str = "Showing the latest 50.";

/// Names who ended a session.
pub fn ended_by(by: EndedBy) -> String {
    match by {
        EndedBy::User(_) => "the user".to_owned(),
        EndedBy::Admin { email: Some(email), .. } => email,
        EndedBy::Admin { id: Some(_), email: None } => "a deleted administrator".to_owned(),
        EndedBy::Admin { id: None, email: None } => "an administrator".to_owned(),
        EndedBy::Cli => "the command line".to_owned(),
        EndedBy::System => "Claviger".to_owned(),
    }
}

/// Describes the sign-in location change between two refreshes; `None` if there was none.
pub fn change(is_other_network: bool, is_other_device: bool) -> Option<&'static str> {
    match (is_other_network, is_other_device) {
        (false, false) => None,
        (true, false) => Some("Network changed"),
        (false, true) => Some("Device changed"),
        (true, true) => Some("Network and device changed"),
    }
}

/// Names a generation of a session's tokens.
pub fn generation(number: i64) -> String {
    format!("Refresh #{number}")
}
