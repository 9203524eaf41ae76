//! The user's own account: change email or password, delete it.

use super::FnError;
use crate::model::{Account, Outcome};
use leptos::prelude::*;

/// Reads the user's own account.
#[server(name = ReadAccount, endpoint = "account")]
pub async fn account() -> Result<Account, FnError> {
    use crate::server::http::forms::Form;
    let form = Form::anywhere()?;
    let who = form.required()?;
    form.services().own_account.show(&who).await?.ok_or(FnError::SignInRequired)
}

/// Mails a link and a code to the new address. Needs a fresh sign-in.
#[server(endpoint = "change_email")]
pub async fn change_email(#[server(default)] email: String) -> Result<Outcome, FnError> {
    use crate::{
        model::FormName,
        server::{http::forms::Form, services::OwnAccountError, words},
    };
    let form = Form::here(FormName::NewEmail)?.keep("email", &email);
    let who = form.required()?;
    let email = match words::parse_email(&email) {
        Ok(email) => email,
        Err(refusal) => return form.refuse("/account", refusal).await,
    };
    match form.services().own_account.change_email(&who, &email, form.caller()).await {
        Ok(()) => form.done("/account", Some(words::NEW_EMAIL_SENT)).await,
        Err(OwnAccountError::NotFresh) => form.done(&words::confirm_path("/account"), None).await,
        Err(error) => form.refuse("/account", words::own_account_refusal(error, "")?).await,
    }
}

/// Confirms the new address with the code that was mailed to it.
#[server(endpoint = "confirm_new_email")]
pub async fn confirm_new_email(#[server(default)] code: String) -> Result<Outcome, FnError> {
    use crate::{
        model::{FormName, Refusal},
        server::{http::forms::Form, words},
    };
    let form = Form::here(FormName::EmailCode)?.keep("code", &code);
    let who = form.required()?;
    if code.trim().is_empty() {
        return form.refuse("/account", Refusal::of_field("code", words::ENTER_CODE)).await;
    }
    match form.services().recovery.confirm_new_email(&who, &code, form.caller()).await {
        Ok(_) => form.done("/account", Some(words::EMAIL_CHANGED)).await,
        Err(error) => form.refuse("/account", words::new_email_refusal(error)?).await,
    }
}

/// Changes the password. Ends every session and starts a new one for this browser.
#[server(endpoint = "change_password")]
pub async fn change_password(
    #[server(default)] current_password: String,
    #[server(default)] new_password: String,
) -> Result<Outcome, FnError> {
    use crate::{
        model::{FormName, Refusal},
        server::{http::forms::Form, words},
    };
    let form = Form::here(FormName::NewPassword)?;
    let who = form.required()?;
    if current_password.is_empty() {
        return form.refuse("/account", Refusal::of_field("current_password", "Enter your current password")).await;
    }
    let own_account = &form.services().own_account;
    match own_account.change_password(&who, &current_password, &new_password, form.caller()).await {
        Ok(signed_in) => {
            form.set_tokens(&signed_in.tokens);
            if let Some(device) = &signed_in.device {
                form.set_device(device);
            }
            form.done("/account", Some(words::PASSWORD_CHANGED)).await
        }
        Err(error) => form.refuse("/account", words::own_account_refusal(error, "current_password")?).await,
    }
}

/// Deletes the account permanently, if the user has ticked the box. Needs a fresh sign-in.
#[server(endpoint = "delete_account")]
pub async fn delete_account(#[server(default)] sure: String) -> Result<Outcome, FnError> {
    use crate::{
        model::{FormName, Refusal},
        server::{http::forms::Form, services::OwnAccountError, words},
    };
    let form = Form::here(FormName::DeleteAccount)?;
    let who = form.required()?;
    if sure != "yes" {
        return form.refuse("/account", Refusal::of_field("sure", "Tick this if you are sure")).await;
    }
    match form.services().own_account.delete(&who, form.caller()).await {
        Ok(()) => {
            form.clear_tokens();
            form.done("/login", Some(words::ACCOUNT_DELETED)).await
        }
        Err(OwnAccountError::NotFresh) => form.done(&words::confirm_path("/account"), None).await,
        Err(error) => form.refuse("/account", words::own_account_refusal(error, "")?).await,
    }
}
