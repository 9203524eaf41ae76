//! The sentences that people read, and the paths that they are led along.

use crate::{
    model::{DisplayName, Email, NextPath, Password, Refusal, SignInError, Username},
    server::services::{NewAccount, SetUpError},
    server_fns::FnError,
};

/// Said on the sign-in page to somebody whose session has ended.
pub const SESSION_ENDED: &str = "Your session has ended. Sign in again.";

/// The sign-in page, which leads to `next` afterwards.
pub fn login_path(next: Option<&NextPath>) -> String {
    match next {
        Some(next) => format!("/login?{}", encode("next", next.as_str())),
        None => "/login".to_owned(),
    }
}

/// The sign-in page, which says that the session has ended.
pub fn ended_path(next: Option<&NextPath>) -> String {
    let path = login_path(next);
    format!("{path}{}ended=1", if path.contains('?') { '&' } else { '?' })
}

/// The page that a form was on, if it is one of this site; else the first page.
pub fn way_back(back: &str) -> String {
    if let Some(query) = back.strip_prefix("/login") {
        let pairs: Vec<(String, String)> =
            serde_urlencoded::from_str(query.trim_start_matches('?')).unwrap_or_default();
        let next = pairs.into_iter().find(|(name, _)| name == "next");
        return login_path(next.and_then(|(_, next)| NextPath::parse(&next)).as_ref());
    }
    NextPath::parse(back).map_or("/".to_owned(), |path| path.as_str().to_owned())
}

/// The set-up page of one link.
pub fn set_up_path(token: &str) -> String {
    format!("/setup?{}", encode("token", token))
}

fn encode(name: &str, value: &str) -> String {
    serde_urlencoded::to_string([(name, value)]).unwrap_or_default()
}

/// Why nobody was signed in, and what to do.
pub fn sign_in_refusal(error: SignInError) -> Refusal {
    let advice = match error {
        SignInError::Locked { retry_after } => {
            let minutes = retry_after.div_ceil(60);
            let unit = if minutes == 1 { "minute" } else { "minutes" };
            format!("{error}. There were too many failed tries: try again in {minutes} {unit}.")
        }
        SignInError::Busy | SignInError::Internal => format!("{error}. Try again in a moment."),
        SignInError::Unverified => format!("{error}. Confirm your email address first."),
        _ => error.to_string(),
    };
    Refusal::of_form(advice)
}

/// An account out of a form, or what is wrong with each field.
pub fn parse_account(
    name: &str,
    email: &str,
    username: &str,
    password: &str,
    min_length: usize,
) -> Result<NewAccount, Refusal> {
    let mut refusal = Refusal::default();
    let mut note = |field: &str, problem: String| refusal = std::mem::take(&mut refusal).and(field, problem);
    let password = Password::choose(password, min_length, &[username, email, name]);
    let name = DisplayName::parse(name).map_err(|problem| note("name", problem.to_string()));
    let email = Email::parse(email).map_err(|_| note("email", "Enter an email address, like ada@example.com".into()));
    let username = match username.trim() {
        "" => Ok(None),
        text => Username::parse(text).map(Some).map_err(|problem| note("username", problem.to_string())),
    };
    let password = password.map_err(|problem| note("password", problem.to_string()));
    match (name, email, username, password) {
        (Ok(name), Ok(email), Ok(username), Ok(password)) => {
            Ok(NewAccount { email, is_verified: false, username, name: Some(name), roles: Vec::new(), password })
        }
        _ => Err(refusal),
    }
}

/// Why the first administrator was not made, and what to do.
pub fn set_up_refusal(error: SetUpError) -> Result<Refusal, FnError> {
    match error {
        SetUpError::Service(error) => Err(error.into()),
        SetUpError::DeadLink => {
            Ok(Refusal::of_form("This set-up link does not work any more. Print a new one with: claviger setup-link"))
        }
        SetUpError::Done => Ok(Refusal::of_form("Claviger is set up already. Sign in instead.")),
        SetUpError::Taken => Ok(Refusal::of_form("This email address or username is taken.")),
    }
}
