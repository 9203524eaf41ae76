//! Password confirmation for actions that need a fresh sign-in.

use crate::model::{FnError, FormResult};
use leptos::prelude::*;

/// Verifies the password again and marks the session as freshly signed in. Leads to `next` if that is a path of
/// this site.
#[server(endpoint = "confirm")]
pub async fn confirm(
    #[server(default)] password: String,
    #[server(default)] next: String,
) -> Result<FormResult, FnError> {
    use crate::{
        model::{FormErrors, FormName, NextPath, Page},
        server::{context::ServerFnContext, text},
    };
    let context = ServerFnContext::for_form(FormName::Confirm)?;
    let who = context.require_user()?;
    let next = NextPath::parse(&next);
    let next = next.as_ref().map_or(Page::OwnAccount.path(), NextPath::as_str);
    let page = Page::Confirm.with([("next", next)]);
    if password.is_empty() {
        return context.reject(&page, FormErrors::of_field("password", "Enter your password.")).await;
    }
    match context.services().own_account.confirm(&who, &password, context.caller()).await {
        Ok(()) => context.redirect(next, Some(text::CONFIRMED)).await,
        Err(error) => context.reject(&page, text::own_account_errors(error, "password")?).await,
    }
}
