//! The user's own account: change email or password, delete it.

use crate::model::{Account, FnError, FormResult};
use leptos::prelude::*;

/// Reads the user's own account.
#[server(name = ReadAccount, endpoint = "account")]
pub async fn account() -> Result<Account, FnError> {
    use crate::server::context::ServerFnContext;
    let context = ServerFnContext::new()?;
    let who = context.require_user()?;
    context.services().own_account.show(&who).await?.ok_or(FnError::SignInRequired)
}

/// Mails a link and a code to the new address. Needs a fresh sign-in.
#[server(endpoint = "change_email")]
pub async fn change_email(#[server(default)] email: String) -> Result<FormResult, FnError> {
    use crate::{
        model::{FormName, Page},
        server::{context::ServerFnContext, services::OwnAccountError, text},
    };
    let context = ServerFnContext::for_form(FormName::NewEmail)?.keep([("email", &email)]);
    let who = context.require_user()?;
    let email = match text::parse_email(&email) {
        Ok(email) => email,
        Err(errors) => return context.reject(Page::OwnAccount.path(), errors).await,
    };
    match context.services().own_account.change_email(&who, &email, context.caller()).await {
        Ok(()) => context.redirect(Page::OwnAccount.path(), Some(&text::new_email_sent(&email))).await,
        Err(OwnAccountError::NotFresh) => {
            context.redirect(&Page::Confirm.with([("next", Page::OwnAccount.path())]), None).await
        }
        Err(error) => context.reject(Page::OwnAccount.path(), text::own_account_errors(error, "")?).await,
    }
}

/// Confirms the new address with the code that was mailed to it.
#[server(endpoint = "confirm_new_email")]
pub async fn confirm_new_email(#[server(default)] code: String) -> Result<FormResult, FnError> {
    use crate::{
        model::{FormErrors, FormName, Page},
        server::{context::ServerFnContext, text},
    };
    let context = ServerFnContext::for_form(FormName::EmailCode)?.keep([("code", &code)]);
    let who = context.require_user()?;
    if code.trim().is_empty() {
        return context.reject(Page::OwnAccount.path(), FormErrors::of_field("code", text::ENTER_CODE)).await;
    }
    match context.services().recovery.confirm_new_email(&who, &code, context.caller()).await {
        Ok(user) => context.redirect(Page::OwnAccount.path(), Some(&text::email_changed(&user.email))).await,
        Err(error) => context.reject(Page::OwnAccount.path(), text::new_email_errors(error)?).await,
    }
}

/// Changes the password. Ends every session and starts a new one for this browser.
#[server(endpoint = "change_password")]
pub async fn change_password(
    #[server(default)] current_password: String,
    #[server(default)] new_password: String,
) -> Result<FormResult, FnError> {
    use crate::{
        model::{FormErrors, FormName, Page},
        server::{context::ServerFnContext, text},
    };
    let context = ServerFnContext::for_form(FormName::NewPassword)?;
    let who = context.require_user()?;
    if current_password.is_empty() {
        return context
            .reject(Page::OwnAccount.path(), FormErrors::of_field("current_password", "Enter your current password."))
            .await;
    }
    let own_account = &context.services().own_account;
    match own_account.change_password(&who, &current_password, &new_password, context.caller()).await {
        Ok(signed_in) => {
            context.set_signed_in(&signed_in);
            context.redirect(Page::OwnAccount.path(), Some(text::PASSWORD_CHANGED)).await
        }
        Err(error) => {
            context.reject(Page::OwnAccount.path(), text::own_account_errors(error, "current_password")?).await
        }
    }
}

/// Deletes the account permanently, if the user has ticked the box. Needs a fresh sign-in.
#[server(endpoint = "delete_account")]
pub async fn delete_account(#[server(default)] sure: String) -> Result<FormResult, FnError> {
    use crate::{
        model::{FormErrors, FormName, Page},
        server::{context::ServerFnContext, services::OwnAccountError, text},
    };
    let context = ServerFnContext::for_form(FormName::DeleteAccount)?;
    let who = context.require_user()?;
    if sure != "yes" {
        return context
            .reject(Page::OwnAccount.path(), FormErrors::of_field("sure", "Check the box to confirm."))
            .await;
    }
    match context.services().own_account.delete(&who, context.caller()).await {
        Ok(()) => {
            context.clear_tokens();
            context.redirect(Page::SignIn.path(), Some(text::ACCOUNT_DELETED)).await
        }
        Err(OwnAccountError::NotFresh) => {
            context.redirect(&Page::Confirm.with([("next", Page::OwnAccount.path())]), None).await
        }
        Err(error) => context.reject(Page::OwnAccount.path(), text::own_account_errors(error, "")?).await,
    }
}
