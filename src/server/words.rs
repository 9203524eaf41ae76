//! The text that people read, and the paths of pages.

use crate::{
    model::{
        DisplayName, Email, MailId, NextPath, NotAnEmail, Password, Refusal, Remedy, SignInError, Username, pasted,
    },
    server::{
        services::{LinkError, NewAccount, OwnAccountError, RegistrationError, SetUpError, UserError},
        settings::Registration,
    },
    server_fns::FnError,
};

/// Shown after users end one of their own sessions from another.
pub const SESSION_SIGNED_OUT: &str = "That session is ended.";
pub const SESSION_GONE: &str = "That session had ended already.";

/// Shown on the sign-in page after the session has ended.
pub const SESSION_ENDED: &str = "Your session has ended. Sign in again.";

/// Shown on the sign-in page if the browser did not keep the cookies of the last sign-in.
pub const COOKIES_BLOCKED: &str =
    "Your browser blocks cookies, so it can't stay signed in. Allow cookies for this site, then sign in again.";

/// Shown after registration, whether or not the address was taken.
pub const REGISTERED: &str = "Check your mail: a message to this address says how to go on.";
/// Shown after a mail was requested, whether or not it was sent.
pub const VERIFICATION_SENT: &str = "If an account waits for this address to be confirmed, a message is on its way.";
pub const RESET_SENT: &str = "If there is an account with this address, a message with a link is on its way.";
pub const NEW_EMAIL_SENT: &str = "Check the mail of the new address: a message there says how to go on.";
pub const INVITED: &str = "The invitation is on its way.";
/// Shown on the pages of the user's own account.
pub const CONFIRMED: &str = "Your password is confirmed for ten minutes. Nothing is changed yet: go on with the form.";
pub const EMAIL_CHANGED: &str = "The new address is confirmed, and is your account's now.";
pub const EMAIL_CHANGE_STOPPED: &str =
    "The change of address is stopped. If you didn't ask for it, set a new password: that signs out every device.";
pub const NO_EMAIL_CHANGE: &str = "There is no change of address to stop.";
pub const PASSWORD_CHANGED: &str = "The new password is set. Every other session has ended.";
pub const ACCOUNT_DELETED: &str = "Your account is deleted.";
pub const MAIL_RESENT: &str = "The mail is queued again and leaves in a moment.";
pub const NOT_AN_EMAIL: &str = "Enter an email address, like ada@example.com";
pub const EMAIL_CONFIRMED: &str = "The email address is confirmed.";
pub const PASSWORD_RESET: &str = "The new password is set. Sign in with it.";
/// Shown when an invited user, whose address is already confirmed, signs in.
pub const ACCOUNT_MADE: &str = "Your account is made. Sign in.";
pub const LOCK_OPENED: &str = "The lock is open. Sign in.";

/// Shown next to a field that was left empty.
pub const ENTER_IDENTIFIER: &str = "Enter your email address or username";
pub const ENTER_CODE: &str = "Enter the code that the mail has";

/// Returns the path of the sign-in page, which leads to `next` afterwards.
pub fn login_path(next: Option<&NextPath>) -> String {
    match next {
        Some(next) => format!("/login?{}", encode("next", next.as_str())),
        None => "/login".to_owned(),
    }
}

/// Returns the path of the sign-in page with the message that the session has ended.
pub fn ended_path(next: Option<&NextPath>) -> String {
    let path = login_path(next);
    format!("{path}{}ended=1", if path.contains('?') { '&' } else { '?' })
}

/// Returns the path of the sign-in page with the message that the browser blocks cookies.
pub fn blocked_path(next: Option<&NextPath>) -> String {
    let path = login_path(next);
    format!("{path}{}cookies=blocked", if path.contains('?') { '&' } else { '?' })
}

/// Returns the page that a form was on, if it is one of this site; the home page otherwise.
pub fn way_back(back: &str) -> String {
    if let Some(query) = back.strip_prefix("/login") {
        let pairs: Vec<(String, String)> =
            serde_urlencoded::from_str(query.trim_start_matches('?')).unwrap_or_default();
        let next = pairs.into_iter().find(|(name, _)| name == "next");
        return login_path(next.and_then(|(_, next)| NextPath::parse(&next)).as_ref());
    }
    NextPath::parse(back).map_or("/".to_owned(), |path| path.as_str().to_owned())
}

/// Returns the path of the page that asks for the password again and leads to `next`.
pub fn confirm_path(next: &str) -> String {
    format!("/confirm?{}", encode("next", next))
}

/// Returns the path of the page of one mail.
pub fn mail_path(id: MailId) -> String {
    format!("/admin/mail?id={id}")
}

/// Returns the path of the set-up page with its token.
pub fn set_up_path(token: &str) -> String {
    format!("/setup?{}", encode("token", token))
}

/// Returns the path of a page that a mail links to, with the token in `parameter`; without a token, the page alone.
pub fn link_path(page: &str, parameter: &str, token: &str) -> String {
    if token.is_empty() { page.to_owned() } else { format!("{page}?{}", encode(parameter, token)) }
}

fn encode(name: &str, value: &str) -> String {
    serde_urlencoded::to_string([(name, value)]).unwrap_or_default()
}

/// Returns the form errors of a failed sign-in.
pub fn sign_in_refusal(error: SignInError) -> Result<Refusal, FnError> {
    let advice = match error {
        SignInError::Locked { retry_after } => {
            let minutes = retry_after.div_ceil(60);
            let unit = if minutes == 1 { "minute" } else { "minutes" };
            format!(
                "{error}. There were too many failed tries: try again in {minutes} {unit}. If there is an account, \
                 its owner was mailed a link that opens it at once."
            )
        }
        SignInError::Busy => return Err(FnError::Busy),
        SignInError::Internal => return Err(FnError::Internal),
        SignInError::Unverified => format!("{error}. Confirm your email address first."),
        _ => error.to_string(),
    };
    let refusal = Refusal::of_form(advice);
    Ok(if error == SignInError::Unverified { refusal.with(Remedy::ResendVerification) } else { refusal })
}

/// Parses an address from the field `email`.
pub fn parse_email(text: &str) -> Result<Email, Refusal> {
    Email::parse(text).map_err(|NotAnEmail| Refusal::of_field("email", NOT_AN_EMAIL))
}

/// Parses an address and the code that was mailed to it. Reports each field that is wrong.
pub fn parse_code(email: &str, code: &str) -> Result<(Email, String), Refusal> {
    let code = pasted::code(code);
    match parse_email(email) {
        Ok(_) if code.is_empty() => Err(Refusal::of_field("code", ENTER_CODE)),
        Err(refusal) if code.is_empty() => Err(refusal.and("code", ENTER_CODE)),
        email => email.map(|email| (email, code)),
    }
}

/// Parses an account from a form. Reports each field that is wrong.
pub fn parse_account(
    name: Option<&str>,
    email: &str,
    username: &str,
    password: &str,
    min_length: usize,
) -> Result<NewAccount, Refusal> {
    let mut refusal = Refusal::default();
    let mut note = |field: &str, problem: String| refusal = std::mem::take(&mut refusal).and(field, problem);
    let called = [pasted::username(username), pasted::email(email), pasted::name(name.unwrap_or_default())];
    let password = Password::choose(password, min_length, &called.each_ref().map(String::as_str));
    let name = name.map(DisplayName::parse).transpose().map_err(|problem| note("name", problem.to_string()));
    let email = Email::parse(email).map_err(|_| note("email", NOT_AN_EMAIL.into()));
    let username = match username.trim() {
        "" => Ok(None),
        text => Username::parse(text).map(Some).map_err(|problem| note("username", problem.to_string())),
    };
    let password = password.map_err(|problem| note("password", problem.to_string()));
    match (name, email, username, password) {
        (Ok(name), Ok(email), Ok(username), Ok(password)) => {
            Ok(NewAccount { email, is_verified: false, username, name, roles: Vec::new(), password })
        }
        _ => Err(refusal),
    }
}

/// Returns the form errors of a failed set-up.
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

/// Returns the form errors of a failed registration.
pub fn registration_refusal(error: RegistrationError) -> Result<Refusal, FnError> {
    match error {
        RegistrationError::Service(error) => Err(error.into()),
        RegistrationError::OtherDomain => Ok(Refusal::of_field("email", error.to_string())),
        RegistrationError::UsernameTaken | RegistrationError::UsernameReserved => {
            Ok(Refusal::of_field("username", error.to_string()))
        }
        RegistrationError::DeadInvitation => {
            Ok(Refusal::of_form(format!("{error}. Ask whoever invited you for a new one.")))
        }
        RegistrationError::Closed | RegistrationError::InvitationNeeded => Ok(Refusal::of_form(format!("{error}."))),
    }
}

/// Returns the form errors of a link or code that did not work.
pub fn link_refusal(error: LinkError) -> Result<Refusal, FnError> {
    match error {
        LinkError::Service(error) => Err(error.into()),
        LinkError::Unfit(problem) => Ok(Refusal::of_field("password", problem.to_string())),
        LinkError::WrongCode => {
            Ok(Refusal::of_field("code", format!("{error}. Check it, or have the mail sent again.")))
        }
        LinkError::Dead => Ok(Refusal::of_form(format!("{error}. Ask for a new one."))),
        LinkError::Taken => Ok(Refusal::of_form(format!("{error}."))),
    }
}

/// Returns the form errors of a failed change to the user's own account. `field` is the one that held the password.
pub fn own_account_refusal(error: OwnAccountError, field: &str) -> Result<Refusal, FnError> {
    Ok(match error {
        OwnAccountError::WrongPassword => Refusal::of_field(field, error.to_string()),
        OwnAccountError::Unfit(_) => Refusal::of_field("new_password", error.to_string()),
        OwnAccountError::OtherDomain => Refusal::of_field("email", error.to_string()),
        OwnAccountError::SignIn(error) => sign_in_refusal(error)?,
        OwnAccountError::NotFresh => Refusal::of_form("Confirm your password first."),
        OwnAccountError::User(UserError::LastAdministrator) => Refusal::of_form(
            "You are the last administrator: without you nobody could administer Claviger. Make somebody else one first.",
        ),
        OwnAccountError::User(error) => return Err(error.into()),
    })
}

/// Returns the form errors of a code for a new address that did not work.
pub fn new_email_refusal(error: LinkError) -> Result<Refusal, FnError> {
    match error {
        LinkError::Service(error) => Err(error.into()),
        LinkError::Taken => Ok(Refusal::of_form(format!("{error}. Choose a different one."))),
        _ => Ok(Refusal::of_field("code", "This code is wrong, or does not work any more. Ask for a new mail above")),
    }
}

/// Returns the sentence about who may register.
pub fn registration(mode: Registration) -> &'static str {
    match mode {
        Registration::Open => "Registration is open: anyone can make an account, invited or not.",
        Registration::Invite => "Registration is by invitation: only who was invited can make an account.",
        Registration::Closed => "Registration is closed: nobody can make an account, invited or not.",
    }
}

/// Returns the message after an administrator ended `count` sessions.
pub fn sessions_ended(count: usize) -> String {
    match count {
        0 => "They had ended already.".to_owned(),
        1 => "1 session is ended.".to_owned(),
        _ => format!("{count} sessions are ended."),
    }
}

/// Returns the same message for an administrator whose own session was among them.
pub fn own_sessions_ended(count: usize) -> String {
    if count > 1 {
        format!("{count} sessions are ended, yours among them. Sign in again.")
    } else {
        "Your session is ended. Sign in again.".to_owned()
    }
}

/// Returns the message after users ended all their other sessions.
pub fn other_sessions_ended(count: usize) -> String {
    match count {
        0 => "There was no other session any more.".to_owned(),
        1 => "The other session is ended.".to_owned(),
        _ => format!("{count} other sessions are ended."),
    }
}

/// Returns the form error for a mail that can't be sent again.
pub fn resend_refusal() -> Refusal {
    Refusal::of_form("This mail can't be sent again: its content is gone, or it is about to be sent anyway.")
}
