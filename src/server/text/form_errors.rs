//! Service errors as their forms show them.

use crate::{
    model::{FnError, FormErrors, SignInError, Suggestion, Timestamp},
    server::services::{LinkError, OwnAccountError, RegistrationError, SetUpError, UserError},
};

/// Returns the form errors of a failed sign-in.
pub fn sign_in_errors(error: SignInError) -> Result<FormErrors, FnError> {
    Ok(match error {
        SignInError::Invalid | SignInError::Missing | SignInError::InvalidEmail => wrong_password(),
        SignInError::Locked { retry_after } => {
            let minutes = retry_after.div_ceil(60);
            let unit = if minutes == 1 { "minute" } else { "minutes" };
            FormErrors::of_form(format!(
                "Too many failed attempts. Try again in {minutes} {unit}, or use the unlock link we emailed to the \
                 account’s owner."
            ))
            .with(Suggestion::ResetPassword)
        }
        SignInError::Busy => return Err(FnError::Busy),
        SignInError::Internal => return Err(FnError::Internal),
        SignInError::Unverified => {
            FormErrors::of_form("Verify your email address to sign in.").with(Suggestion::ResendVerification)
        }
        SignInError::Banned { until } => FormErrors::of_form(suspended(until)).with(Suggestion::ContactSupport),
    })
}

/// Returns the form errors of a wrong name or password.
pub(super) fn wrong_password() -> FormErrors {
    FormErrors::of_form("Incorrect email, username or password.").then("password").with(Suggestion::ResetPassword)
}

fn suspended(until: Option<Timestamp>) -> String {
    match until {
        Some(until) => {
            format!("This account is suspended until {}. Contact your administrator.", until.in_words())
        }
        None => "This account is suspended. Contact your administrator.".to_owned(),
    }
}

/// Returns the form errors of a failed set-up.
pub fn set_up_errors(error: SetUpError) -> Result<FormErrors, FnError> {
    match error {
        SetUpError::Service(error) => Err(error.into()),
        SetUpError::DeadLink => Ok(FormErrors::of_form(
            "This set-up link has expired or was already used. To get a new one, run on the server: claviger setup-link",
        )),
        SetUpError::Done => Ok(FormErrors::of_form("Claviger is already set up. Sign in instead.")),
        SetUpError::Taken => Ok(FormErrors::of_form("This email address or username is already in use.")),
    }
}

/// Returns the form errors of a failed registration.
pub fn registration_errors(error: RegistrationError) -> Result<FormErrors, FnError> {
    match error {
        RegistrationError::Service(error) => Err(error.into()),
        RegistrationError::OtherDomain => Ok(FormErrors::of_field("email", format!("{error}."))),
        RegistrationError::UsernameTaken | RegistrationError::UsernameReserved => {
            Ok(FormErrors::of_field("username", format!("{error}.")))
        }
        RegistrationError::DeadInvitation => {
            Ok(FormErrors::of_form(format!("{error}. Ask the person who invited you for a new one.")))
        }
        RegistrationError::Closed => Ok(FormErrors::of_form(format!("{error}."))),
        RegistrationError::InvitationNeeded => Ok(FormErrors::of_form("Registration is by invitation only.")),
    }
}

/// Returns the form errors of a link or code that did not work.
pub fn link_errors(error: LinkError) -> Result<FormErrors, FnError> {
    match error {
        LinkError::Service(error) => Err(error.into()),
        LinkError::Unfit(problem) => Ok(FormErrors::of_field("password", problem.to_string())),
        LinkError::WrongCode => Ok(FormErrors::of_field("code", format!("{error}. Check it, or request a new email."))),
        LinkError::Dead => Ok(FormErrors::of_form(format!("{error}. Request a new one."))),
        LinkError::Taken => Ok(FormErrors::of_form(format!("{error}."))),
        LinkError::EmailFrozen => Ok(FormErrors::of_form(super::EMAIL_FROZEN)),
    }
}

/// Returns the form errors of a failed change to the user's own account. `field` is the one that held the password.
pub fn own_account_errors(error: OwnAccountError, field: &str) -> Result<FormErrors, FnError> {
    Ok(match error {
        OwnAccountError::WrongPassword => FormErrors::of_field(field, format!("{error}.")),
        OwnAccountError::Unfit(_) => FormErrors::of_field("new_password", error.to_string()),
        OwnAccountError::OtherDomain => FormErrors::of_field("email", format!("{error}.")),
        OwnAccountError::SignIn(error) => sign_in_errors(error)?,
        OwnAccountError::NotFresh => FormErrors::of_form("Confirm your password first."),
        OwnAccountError::User(UserError::LastAdministrator) => {
            FormErrors::of_form("You’re the last administrator. Make another user an administrator first.")
        }
        OwnAccountError::User(UserError::EmailFrozen) => FormErrors::of_form(super::EMAIL_FROZEN),
        OwnAccountError::User(error) => return Err(error.into()),
    })
}

/// Returns the form errors of a code for a new address that did not work.
pub fn new_email_errors(error: LinkError) -> Result<FormErrors, FnError> {
    match error {
        LinkError::Service(error) => Err(error.into()),
        LinkError::Taken => Ok(FormErrors::of_form(format!("{error}. Choose a different one."))),
        LinkError::EmailFrozen => Ok(FormErrors::of_form(super::EMAIL_FROZEN)),
        _ => Ok(FormErrors::of_field(
            "code",
            "This code is wrong or has expired. Check it, or request a new email above.",
        )),
    }
}

/// Returns the form error for a mail that can't be resent.
pub fn resend_errors() -> FormErrors {
    FormErrors::of_form("This email can’t be resent: its content was deleted, or it is already being sent.")
}
