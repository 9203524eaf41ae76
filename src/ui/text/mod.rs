//! The texts of all pages. Error messages are in the error enums instead.

pub mod admin;
pub mod inspector;
mod links;
pub mod monitor;
pub mod own_account;

use crate::model::{Level, Strength, Timestamp, Wait, Weakness};
use std::time::Duration;

pub use links::*;

pub const PRODUCT: &str = "Claviger";
pub const SKIP: &str = "Skip to content";
pub const WORKING: &str = "Working…";
pub const HOME: &str = "Go to the start page";

pub const SIGN_IN: &str = "Sign in";
pub const SIGN_OUT: &str = "Sign out";
pub const SIGN_OUT_LEAD: &str = "This ends your session in this browser.";
pub const SIGNED_OUT_ALREADY: &str = "You are signed out.";
pub const IDENTIFIER: &str = "Email or username";
pub const PASSWORD: &str = "Password";
pub const SHOW_PASSWORD: &str = "Show password";
pub const HIDE_PASSWORD: &str = "Hide password";
pub const STRENGTH: &str = "Password strength: ";
pub const BAD_TOKEN: &str = "Your sign-in could not be read any more. Sign in again.";

pub const SET_UP: &str = "Set up Claviger";
pub const SET_UP_LEAD: &str = "Make the first account. It administers everything else.";
pub const SET_UP_SUBMIT: &str = "Make the administrator";
pub const SET_UP_MISSING: &str = "This server has no administrator yet. To create one, open the link that it printed in its \
    terminal when it started.";
pub const SET_UP_MISSING_NEXT: &str = "To print a new link, run this on the server:";
pub const SET_UP_DEAD: &str = "This link does not work any more";
pub const SET_UP_DEAD_WHY: &str = "It was used, it is too old, or a newer one was printed since.";
pub const SET_UP_DEAD_NEXT: &str = "Print a new one on the server:";
pub const SET_UP_COMMAND: &str = "claviger setup-link";
pub const SET_UP_DONE: &str = "Claviger is set up already";
pub const SET_UP_DONE_NEXT: &str = "There is an administrator. Sign in to go on.";
pub const NAME: &str = "Name";
pub const NAME_HINT: &str = "How you are greeted.";
pub const EMAIL: &str = "Email";
pub const USERNAME: &str = "Username (optional)";
pub const USERNAME_HINT: &str = "To sign in with instead of the email address.";

pub const PAGES: &str = "Pages";
pub const DASHBOARD: &str = "Dashboard";
pub const HELLO: &str = "Hello, ";
pub const THIS_SESSION: &str = "This session";
pub const ACCOUNT: &str = "Your account";
pub const SHORT_ACCOUNT: &str = "Account";
pub const OTHER_SESSIONS: &str = "Other sessions";
pub const ALL_SESSIONS: &str = "Look after all sessions";
pub const ACTIVITY: &str = "Recent activity";
pub const SIGNED_IN_AT: &str = "Signed in";
pub const LAST_SEEN: &str = "Last seen";
pub const ROLES: &str = "Roles";
pub const ROLE: &str = "Role";
pub const PLAIN_USERNAME: &str = "Username";
pub const DISPLAY_NAME: &str = "Display name";
pub const SAVE_NAME: &str = "Save name";
pub const END_SESSION: &str = "End session";
pub const API_SESSION: &str = "API";
pub const WARNING: &str = "Check this:";
pub const NO_OTHER_SESSIONS: &str =
    "You are signed in nowhere else. When you are, each place shows here and can be ended.";
pub const NO_ACTIVITY: &str = "Nothing yet. Sign-ins and changes to your account will show here.";

pub const ACCESS_TOKEN: &str = "Access token";
pub const TOKEN_LIVE: &str = "Live";
pub const TOKEN_SOON: &str = "Renewing soon";
pub const TOKEN_RETRYING: &str = "Not renewed yet, trying again";
pub const TOKEN_ENDED: &str = "Ended, trying to renew";
pub const LEFT: &str = "left";

pub const THEME: &str = "Colours";
pub const THEME_SYSTEM: &str = "System";
pub const THEME_LIGHT: &str = "Light";
pub const THEME_DARK: &str = "Dark";
pub const REQUEST_ID: &str = "Request";

/// Text of an error page.
pub struct Problem {
    pub title: &'static str,
    pub what: &'static str,
    pub next: &'static str,
}

/// Label of the links to the other parts of a list.
pub const PARTS: &str = "Parts of the list";
pub const NEWER: &str = "Newer";
pub const OLDER: &str = "Older";

/// Returns the text of an HTTP error status.
pub fn problem(status: u16) -> Problem {
    let (title, what, next) = match status {
        401 => ("You are signed out", "This page needs you to be signed in.", "Begin at the start page."),
        403 => ("You may not see this", "Your roles don't allow it.", "Ask an administrator if you should have it."),
        404 => (
            "There is no such page",
            "The address may be misspelt, or the page has moved.",
            "Check the address, or begin at the start page.",
        ),
        429 => (
            "Too many requests",
            "There were more from here than this server answers in so short a time. Nothing was done with this one.",
            "Wait a moment, then try again.",
        ),
        503 => ("The server is busy", "It can't take this request right now.", "Wait a moment, then reload the page."),
        400 | 405 | 406 | 408 | 413 | 415 | 431 => return bad_request(status),
        _ => (
            "Something went wrong on the server",
            "It is in the server's log, under the request below.",
            "Try again in a moment. If it stays, tell whoever runs this server.",
        ),
    };
    Problem { title, what, next }
}

/// Returns the text of a status that blames the form of the request.
fn bad_request(status: u16) -> Problem {
    let (title, what, next) = match status {
        405 => (
            "That can't be done here",
            "This address exists, but it does not take this kind of request.",
            "Begin at the start page.",
        ),
        406 => (
            "The page can't be sent in that form",
            "The browser takes none of the encodings that this server has.",
            "Try another browser.",
        ),
        408 => ("That took too long", "The request did not arrive in time.", "Check the connection and try again."),
        413 => ("That was too much", "What was sent is larger than this server takes.", "Go back and send less."),
        415 => (
            "The request was not understood",
            "What was sent is not a form, or it is compressed.",
            "Go back, reload the page and try again.",
        ),
        431 => (
            "That was too much",
            "The browser sent more headers than this server takes.",
            "Delete the cookies of this site, then try again.",
        ),
        _ => (
            "The request was not understood",
            "Something in it is missing or malformed.",
            "Go back, reload the page and try again.",
        ),
    };
    Problem { title, what, next }
}

pub const OTHER_ORIGIN: &str = "This page was opened at another address";
/// Explains why a form from another origin did nothing.
pub fn other_origin(public_url: &str) -> String {
    format!("Forms work at {public_url} only, and this one was sent from somewhere else. Nothing was done.")
}
/// Labels the link to the public address.
pub fn open_public_url(public_url: &str) -> String {
    format!("Open {public_url}")
}

/// Says when to retry.
pub fn try_again_in(seconds: u64) -> String {
    format!("Try again in {}.", Wait(seconds))
}

/// Returns the title of a page about `subject`.
pub fn titled(subject: &str) -> String {
    format!("{subject} · {PRODUCT}")
}

/// Describes the requirements for a new password.
pub fn password_hint(min_length: usize) -> String {
    format!("At least {min_length} characters; 15 or more are better.")
}

/// Names the strength of a password.
pub fn level(strength: Strength) -> &'static str {
    match (strength.weakness, strength.level) {
        (Some(Weakness::Common), _) => "Too common",
        (Some(Weakness::Personal), _) => "Too personal",
        (None, Level::VeryWeak) => "Very weak",
        (None, Level::Weak) => "Weak",
        (None, Level::Fair) => "Fair",
        (None, Level::Good) => "Good",
        (None, Level::Strong) => "Strong",
    }
}

/// Suggests how to improve the password, to follow after its strength.
pub fn advice(strength: Strength) -> Option<&'static str> {
    (strength.weakness.is_none() && strength.is_short).then_some(" · use 15 characters")
}

/// Says how often a session was refreshed. The caller appends the time of the last refresh.
pub fn renewals(count: i64) -> String {
    match count {
        i64::MIN..=0 => "Not renewed yet".to_owned(),
        1 => "Renewed once, ".to_owned(),
        _ => format!("Renewed {count} times, last "),
    }
}

/// Formats a remaining time as a clock: `4:59`, `23:59:58`, `3 d 4 h`.
pub fn countdown(left: Duration) -> String {
    let seconds = left.as_secs();
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    match (days, hours) {
        (0, 0) => format!("{minutes}:{:02}", seconds % 60),
        (0, _) => format!("{hours}:{minutes:02}:{:02}", seconds % 60),
        _ => format!("{days} d {hours} h"),
    }
}

/// Says how long ago `at` was, if that is less than a week; otherwise the date is clearer.
pub fn ago(at: Timestamp, now: Timestamp) -> Option<String> {
    let seconds = now.since(at).as_secs();
    let count = |n: u64, one: &str, many: &str| if n == 1 { one.to_owned() } else { format!("{n} {many} ago") };
    match seconds {
        0..45 => Some("just now".to_owned()),
        45..3570 => Some(count((seconds + 30) / 60, "a minute ago", "minutes")),
        3570..84_600 => Some(count((seconds + 1800) / 3600, "an hour ago", "hours")),
        84_600..604_800 => Some(count((seconds + 43_200) / 86_400, "a day ago", "days")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(seconds: i64) -> Option<String> {
        ago(Timestamp(0), Timestamp::from_seconds(seconds))
    }

    #[test]
    fn the_past_is_written_in_its_largest_unit() {
        assert_eq!(after(3).as_deref(), Some("just now"));
        assert_eq!(after(60).as_deref(), Some("a minute ago"));
        assert_eq!(after(3569).as_deref(), Some("59 minutes ago"));
        assert_eq!(after(3570).as_deref(), Some("an hour ago"));
        assert_eq!(after(84_599).as_deref(), Some("23 hours ago"));
        assert_eq!(after(86_400).as_deref(), Some("a day ago"));
        assert_eq!(after(604_799).as_deref(), Some("7 days ago"));
        assert_eq!(after(604_800), None);
    }

    #[test]
    fn a_time_ahead_of_a_wrong_clock_is_just_now() {
        assert_eq!(after(-90).as_deref(), Some("just now"));
    }

    #[test]
    fn a_countdown_reads_like_a_clock() {
        let shown = |seconds| countdown(Duration::from_secs(seconds));
        assert_eq!(shown(9), "0:09");
        assert_eq!(shown(899), "14:59");
        assert_eq!(shown(86_399), "23:59:59");
        assert_eq!(shown(3 * 86_400 + 4 * 3600), "3 d 4 h");
    }
}
