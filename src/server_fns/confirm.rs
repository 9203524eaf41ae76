//! Password confirmation for actions that need a fresh sign-in.

use super::FnError;
use crate::model::Outcome;
use leptos::prelude::*;

/// Verifies the password again and marks the session as freshly signed in. Leads to `next` if that is a path of
/// this site.
#[server(endpoint = "confirm")]
pub async fn confirm(#[server(default)] password: String, #[server(default)] next: String) -> Result<Outcome, FnError> {
    use crate::{
        model::{FormName, NextPath, Refusal},
        server::{http::forms::Form, words},
    };
    let form = Form::here(FormName::Confirm)?;
    let who = form.required()?;
    let next = NextPath::parse(&next);
    let next = next.as_ref().map_or("/account", NextPath::as_str);
    let page = words::confirm_path(next);
    if password.is_empty() {
        return form.refuse(&page, Refusal::of_field("password", "Enter your password")).await;
    }
    match form.services().own_account.confirm(&who, &password, form.caller()).await {
        Ok(()) => form.done(next, Some(words::CONFIRMED)).await,
        Err(error) => form.refuse(&page, words::own_account_refusal(error, "password")?).await,
    }
}
