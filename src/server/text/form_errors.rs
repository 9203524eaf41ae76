//! Service errors as their forms show them.

use crate::{
    model::{FnError, FormErrors, SignInError, Suggestion},
    server::services::{LinkError, OwnAccountError, RegistrationError, SetUpError, UserError},
};

/// Returns the form errors of a failed sign-in.
pub fn sign_in_errors(error: SignInError) -> Result<FormErrors, FnError> {
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
    let errors = FormErrors::of_form(advice);
    Ok(if error == SignInError::Unverified { errors.with(Suggestion::ResendVerification) } else { errors })
}

/// Returns the form errors of a failed set-up.
pub fn set_up_errors(error: SetUpError) -> Result<FormErrors, FnError> {
    match error {
        SetUpError::Service(error) => Err(error.into()),
        SetUpError::DeadLink => Ok(FormErrors::of_form(
            "This set-up link does not work any more. Print a new one with: claviger setup-link",
        )),
        SetUpError::Done => Ok(FormErrors::of_form("Claviger is set up already. Sign in instead.")),
        SetUpError::Taken => Ok(FormErrors::of_form("This email address or username is taken.")),
    }
}

/// Returns the form errors of a failed registration.
pub fn registration_errors(error: RegistrationError) -> Result<FormErrors, FnError> {
    match error {
        RegistrationError::Service(error) => Err(error.into()),
        RegistrationError::OtherDomain => Ok(FormErrors::of_field("email", error.to_string())),
        RegistrationError::UsernameTaken | RegistrationError::UsernameReserved => {
            Ok(FormErrors::of_field("username", error.to_string()))
        }
        RegistrationError::DeadInvitation => {
            Ok(FormErrors::of_form(format!("{error}. Ask whoever invited you for a new one.")))
        }
        RegistrationError::Closed | RegistrationError::InvitationNeeded => Ok(FormErrors::of_form(format!("{error}."))),
    }
}

/// Returns the form errors of a link or code that did not work.
pub fn link_errors(error: LinkError) -> Result<FormErrors, FnError> {
    match error {
        LinkError::Service(error) => Err(error.into()),
        LinkError::Unfit(problem) => Ok(FormErrors::of_field("password", problem.to_string())),
        LinkError::WrongCode => {
            Ok(FormErrors::of_field("code", format!("{error}. Check it, or have the mail sent again.")))
        }
        LinkError::Dead => Ok(FormErrors::of_form(format!("{error}. Ask for a new one."))),
        LinkError::Taken => Ok(FormErrors::of_form(format!("{error}."))),
    }
}

/// Returns the form errors of a failed change to the user's own account. `field` is the one that held the password.
pub fn own_account_errors(error: OwnAccountError, field: &str) -> Result<FormErrors, FnError> {
    Ok(match error {
        OwnAccountError::WrongPassword => FormErrors::of_field(field, error.to_string()),
        OwnAccountError::Unfit(_) => FormErrors::of_field("new_password", error.to_string()),
        OwnAccountError::OtherDomain => FormErrors::of_field("email", error.to_string()),
        OwnAccountError::SignIn(error) => sign_in_errors(error)?,
        OwnAccountError::NotFresh => FormErrors::of_form("Confirm your password first."),
        OwnAccountError::User(UserError::LastAdministrator) => FormErrors::of_form(
            "You are the last administrator: without you nobody could administer Claviger. Make somebody else one first.",
        ),
        OwnAccountError::User(error) => return Err(error.into()),
    })
}

/// Returns the form errors of a code for a new address that did not work.
pub fn new_email_errors(error: LinkError) -> Result<FormErrors, FnError> {
    match error {
        LinkError::Service(error) => Err(error.into()),
        LinkError::Taken => Ok(FormErrors::of_form(format!("{error}. Choose a different one."))),
        _ => {
            Ok(FormErrors::of_field("code", "This code is wrong, or does not work any more. Ask for a new mail above"))
        }
    }
}

/// Returns the form error for a mail that can't be sent again.
pub fn resend_errors() -> FormErrors {
    FormErrors::of_form("This mail can't be sent again: its content is gone, or it is about to be sent anyway.")
}
