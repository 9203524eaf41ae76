//! Text of the page of one session.

use super::figures::grouped;
use crate::model::EndedBy;

pub const BACK: &str = "All sessions";
pub const ID: &str = "Id";
pub const ACCESS_LEFT: &str = "Access token";
pub const REFRESH_LEFT: &str = "Refresh token";
pub const ENDED_AT: &str = "Ended";
pub const ENDED_BY: &str = "Ended by";
pub const HISTORY: &str = "History";
pub const NOT_RENEWED: &str = "Its tokens were not renewed yet. Each renewal shows here, with where it came from.";
pub const LATEST: &str = "The latest 50 are shown.";

/// Names who ended a session.
pub fn ended_by(by: EndedBy) -> String {
    match by {
        EndedBy::User(_) => "its owner".to_owned(),
        EndedBy::Admin { email: Some(email), .. } => email,
        EndedBy::Admin { id: Some(_), email: None } => "an administrator who is gone".to_owned(),
        EndedBy::Admin { id: None, email: None } => "an administrator".to_owned(),
        EndedBy::Cli => "the command line".to_owned(),
        EndedBy::System => "Claviger".to_owned(),
    }
}

/// Describes the sign-in location change between two refreshes; `None` if there was none.
pub fn change(is_other_network: bool, is_other_device: bool) -> Option<&'static str> {
    match (is_other_network, is_other_device) {
        (false, false) => None,
        (true, false) => Some("Another network than before"),
        (false, true) => Some("Another device than before"),
        (true, true) => Some("Another network and device than before"),
    }
}

/// Formats how often a session was refreshed.
pub fn times(count: i64) -> String {
    match count {
        0 => "Not yet".to_owned(),
        1 => "Once".to_owned(),
        _ => format!("{} times", grouped(count)),
    }
}

/// Names a generation of a session's tokens.
pub fn generation(number: i64) -> String {
    format!("Renewal {number}")
}
