//! The form that cancels an email change by a mailed link.

use crate::model::{FnError, FormResult};
use leptos::prelude::*;

/// Cancels the pending email change, authorized by a link's token.
#[server(endpoint = "stop_email_change")]
pub async fn stop_email_change(#[server(default)] token: String) -> Result<FormResult, FnError> {
    use crate::{
        model::{FormErrors, FormName, Page},
        server::{context::ServerFnContext, paths, text},
    };
    let context = ServerFnContext::for_form(FormName::StopEmailChange)?;
    if context.services().own_account.stop_email_change(&token, context.caller()).await? {
        return context.redirect(Page::SignIn.path(), Some(text::EMAIL_CHANGE_STOPPED)).await;
    }
    let page = paths::link_path(Page::StopEmailChange, "token", &token);
    context.reject(&page, FormErrors::of_form(text::NO_EMAIL_CHANGE)).await
}
