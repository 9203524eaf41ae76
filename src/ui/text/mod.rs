//! The texts of all pages. Error messages are in the error enums instead.

pub mod admin;
pub mod api_keys;
pub mod audit;
pub mod bulk;
pub mod inspector;
mod links;
mod lists;
pub mod monitor;
pub mod overview;
pub mod own_account;
pub mod roles;
pub mod set_up_list;
pub mod users;

use crate::model::{Level, Page, Strength, Timestamp, Wait, Weakness};
use std::time::Duration;

pub use links::*;
pub use lists::*;

pub const PRODUCT: &str = "Claviger";
pub const SKIP: &str = "Skip to content";
pub const WORKING: &str = "Working…";
pub const TERMS: &str = "Terms";
pub const PRIVACY: &str = "Privacy";
pub const SUPPORT: &str = "Support";
pub const CONTACT_SUPPORT: &str = "Contact support";
pub const HOME: &str = "Go to the home page";

pub const SIGN_IN: &str = "Sign in";
pub const SEARCH: &str = "Search";
pub const SIGN_OUT: &str = "Sign out";
pub const SIGN_OUT_LEAD: &str = "This ends your session in this browser.";
pub const SIGNED_OUT_ALREADY: &str = "You’re signed out.";
pub const IDENTIFIER: &str = "Email or username";
pub const PASSWORD: &str = "Password";
pub const SHOW_PASSWORD: &str = "Show password";
pub const HIDE_PASSWORD: &str = "Hide password";
pub const STRENGTH: &str = "Password strength: ";
pub const BAD_TOKEN: &str = "Your session is no longer valid. Please sign in again.";

pub const SET_UP: &str = "Set up Claviger";
pub const SET_UP_LEAD: &str = "Create the administrator account.";
pub const SET_UP_SUBMIT: &str = "Create administrator";
pub const SET_UP_MISSING: &str = "This server has no administrator yet. To create one, open the set-up link that it printed in its \
    terminal when it started.";
pub const SET_UP_MISSING_NEXT: &str = "To get a new link, run this on the server:";
pub const SET_UP_DEAD: &str = "This set-up link has expired or was already used";
pub const SET_UP_DEAD_WHY: &str = "Set-up links work once, for 24 hours. Only the latest one works.";
pub const SET_UP_DEAD_NEXT: &str = "To get a new one, run this on the server:";
pub const SET_UP_COMMAND: &str = "claviger setup-link";
pub const SET_UP_DONE: &str = "Claviger is already set up";
pub const SET_UP_DONE_NEXT: &str = "An administrator already exists. Sign in to continue.";
pub const NAME: &str = "Name";
pub const NAME_HINT: &str = "Shown on your account and to apps you sign in to.";
pub const EMAIL: &str = "Email";
pub const USERNAME: &str = "Username (optional)";
pub const USERNAME_HINT: &str = "You can use it instead of your email address to sign in.";

pub const PAGES: &str = "Main";
pub const MENU: &str = "Menu";
pub const ADMINISTRATION: &str = "Administration";
pub const BREADCRUMBS: &str = "Breadcrumbs";
pub const ACCOUNT_MENU: &str = "Account menu:";
pub const DASHBOARD: &str = "Dashboard";
pub const HELLO: &str = "Hello, ";
pub const THIS_SESSION: &str = "Current session";
pub const ACCOUNT: &str = "Your account";
pub const SHORT_ACCOUNT: &str = "Account";
pub const OTHER_SESSIONS: &str = "Other sessions";
pub const ALL_SESSIONS: &str = "Manage sessions";
pub const ACTIVITY: &str = "Recent activity";
pub const SIGNED_IN_AT: &str = "Signed in";
pub const LAST_ACTIVE: &str = "Last active";
pub const ROLES: &str = "Roles";
pub const ROLE: &str = "Role";
pub const PLAIN_USERNAME: &str = "Username";
pub const DISPLAY_NAME: &str = "Display name";
pub const SAVE_NAME: &str = "Save name";
pub const END_SESSION: &str = "Sign out";
pub const API_SESSION: &str = "API";
pub const KEY_SESSION: &str = "API key";
pub const WARNING: &str = "Review:";
pub const NO_OTHER_SESSIONS: &str = "You’re not signed in anywhere else.";
pub const NO_ACTIVITY: &str = "No activity yet. Sign-ins and account changes will appear here.";

pub const ACCESS_TOKEN: &str = "Access token";
pub const TOKEN_LIVE: &str = "Live";
pub const TOKEN_SOON: &str = "Refreshing soon";
pub const TOKEN_RETRYING: &str = "Couldn’t refresh yet, retrying…";
pub const TOKEN_ENDED: &str = "Expired, reconnecting…";
pub const TOKEN_OFFLINE: &str = "Offline, retrying…";
pub const LEFT: &str = "left";

pub const THEME: &str = "Theme";
pub const THEME_SYSTEM: &str = "System";
pub const THEME_LIGHT: &str = "Light";
pub const THEME_DARK: &str = "Dark";
pub const REQUEST_ID: &str = "Request ID";

/// Text of an error page.
pub struct Problem {
    pub title: &'static str,
    pub what: &'static str,
    pub next: &'static str,
}

/// Returns the text of an HTTP error status.
pub fn problem(status: u16) -> Problem {
    let (title, what, next) = match status {
        401 => ("You’re signed out", "You need to be signed in to see this page.", "Sign in and try again."),
        403 => (
            "You don’t have access to this page",
            "Your account doesn’t have permission to view it.",
            "Ask an administrator if you need access.",
        ),
        404 => (
            "Page not found",
            "The address may be wrong, or the page may have moved.",
            "Check the address and try again.",
        ),
        429 => (
            "Too many requests",
            "You’ve sent a lot of requests in a short time, so this one was not processed.",
            "Wait a moment, then try again.",
        ),
        503 => (
            "The server is busy",
            "Your request could not be processed right now.",
            "Wait a moment, then reload the page.",
        ),
        400 | 405 | 406 | 408 | 413 | 415 | 431 => return bad_request(status),
        _ => (
            "Something went wrong on our side",
            "The details are in the server log under the request ID below.",
            "Try again in a moment. If it keeps happening, contact your administrator.",
        ),
    };
    Problem { title, what, next }
}

/// Returns the text of a status that blames the form of the request.
fn bad_request(status: u16) -> Problem {
    let (title, what, next) = match status {
        405 => ("Method not allowed", "This page can’t be used that way.", "Go back and try again."),
        406 => (
            "No supported encoding",
            "Your browser doesn’t accept any of the encodings that this server offers.",
            "Try another browser.",
        ),
        408 => ("Request timed out", "The request did not arrive in time.", "Check your connection and try again."),
        413 => ("Too large", "The request is larger than the server accepts.", "Go back and send less."),
        415 => (
            "Bad request",
            "The request was not a form, or it was compressed.",
            "Go back, reload the page and try again.",
        ),
        431 => (
            "Request headers too large",
            "Your browser sent more headers than the server accepts.",
            "Delete this site’s cookies, then try again.",
        ),
        _ => ("Bad request", "Part of the request was missing or invalid.", "Go back, reload the page and try again."),
    };
    Problem { title, what, next }
}

pub const OTHER_ORIGIN: &str = "This page was opened at a different address";
/// Explains why a form from another origin did nothing.
pub fn other_origin(public_url: &str) -> String {
    format!("Forms only work at {public_url}, but this one was sent from somewhere else. Nothing was changed.")
}
/// Labels the link to the public address.
pub fn open_public_url(public_url: &str) -> String {
    format!("Open {public_url}")
}

/// Says when to retry.
pub fn try_again_in(seconds: u64) -> String {
    format!("Try again in {}.", Wait(seconds))
}

/// Returns what search results and link previews say about a page; `None` for pages that no one finds that way.
pub fn description(page: Page) -> Option<&'static str> {
    match page {
        Page::SignIn => Some("Sign in to your account with your email address or username."),
        Page::Register => Some("Create an account with your email address and a password."),
        Page::ForgotPassword => Some("Reset a forgotten password with a link that is sent to your email address."),
        _ => None,
    }
}

/// Returns the title of a page about `subject` on the site of this name.
pub fn titled(subject: &str, site: &str) -> String {
    format!("{subject} · {site}")
}

/// Names a role of a user. Roles that are not built in have their own name.
pub fn role(name: &str) -> &str {
    match name {
        "admin" => "Administrator",
        "auditor" => "Auditor",
        "user" => "User",
        _ => name,
    }
}

/// Describes the requirements for a new password.
pub fn password_hint(min_length: usize) -> String {
    format!("At least {min_length} characters. 15 or more is safer.")
}

/// Names the strength of a password.
pub fn level(strength: Strength) -> &'static str {
    match (strength.weakness, strength.level) {
        (Some(Weakness::Common), _) => "Too common",
        (Some(Weakness::Personal), _) => "Too easy to guess (contains a name or email)",
        (None, Level::VeryWeak) => "Very weak",
        (None, Level::Weak) => "Weak",
        (None, Level::Fair) => "Fair",
        (None, Level::Good) => "Good",
        (None, Level::Strong) => "Strong",
    }
}

/// Suggests how to improve the password, to follow after its strength.
pub fn advice(strength: Strength) -> Option<&'static str> {
    (strength.weakness.is_none() && strength.is_short).then_some(" · 15+ characters recommended")
}

/// Says how often a session was refreshed. The caller appends the time of the last refresh.
pub fn refreshes(count: i64) -> String {
    match count {
        i64::MIN..=0 => "Not refreshed yet".to_owned(),
        1 => "Refreshed once, ".to_owned(),
        _ => format!("Refreshed {count} times, most recently "),
    }
}

/// Formats a remaining time as a clock: `4:59`, `23:59:58`, `3d 4h`.
pub fn countdown(left: Duration) -> String {
    let seconds = left.as_secs();
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    match (days, hours) {
        (0, 0) => format!("{minutes}:{:02}", seconds % 60),
        (0, _) => format!("{hours}:{minutes:02}:{:02}", seconds % 60),
        _ => format!("{days}d {hours}h"),
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
        assert_eq!(shown(3 * 86_400 + 4 * 3600), "3d 4h");
    }
}
