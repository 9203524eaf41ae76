//! A change of email address that waits for the new address to be verified.

use crate::model::{FnError, FormResult};
use leptos::prelude::*;

/// Mails the link and the code to the pending address again. Needs a fresh sign-in.
#[server(endpoint = "resend_email_change")]
pub async fn resend_email_change() -> Result<FormResult, FnError> {
    use crate::{
        model::{FormName, Page},
        server::{context::ServerFnContext, services::OwnAccountError, text},
    };
    let context = ServerFnContext::for_form(FormName::NewEmail)?;
    let who = context.require_user()?;
    match context.services().own_account.resend_email_change(&who, context.caller()).await {
        Ok(Some(email)) => context.redirect(Page::OwnAccount.path(), Some(&text::new_email_sent(&email))).await,
        Ok(None) => context.redirect(Page::OwnAccount.path(), Some(text::NO_EMAIL_CHANGE)).await,
        Err(OwnAccountError::NotFresh) => {
            context.redirect(&Page::Confirm.with([("next", Page::OwnAccount.path())]), None).await
        }
        Err(error) => context.reject(Page::OwnAccount.path(), text::own_account_errors(error, "")?).await,
    }
}

/// Cancels the user's pending change of email address.
#[server(endpoint = "cancel_email_change")]
pub async fn cancel_email_change() -> Result<FormResult, FnError> {
    use crate::{
        model::Page,
        server::{context::ServerFnContext, text},
    };
    let context = ServerFnContext::new()?;
    let who = context.require_user()?;
    let was_pending = context.services().own_account.cancel_email_change(&who, context.caller()).await?;
    let notice = if was_pending { text::EMAIL_CHANGE_CANCELLED } else { text::NO_EMAIL_CHANGE };
    context.redirect(Page::OwnAccount.path(), Some(notice)).await
}
