//! The registration form.

use crate::model::{FnError, FormResult};
use leptos::prelude::*;

/// Creates an account, by invitation if there is one, which also signs in. The response does not reveal whether the
/// address is taken.
#[server(endpoint = "register")]
pub async fn register(
    #[server(default)] invitation: String,
    #[server(default)] email: String,
    #[server(default)] name: String,
    #[server(default)] username: String,
    #[server(default)] password: String,
) -> Result<FormResult, FnError> {
    use crate::{
        model::{FormName, Page},
        server::{context::ServerFnContext, paths, text},
    };
    let context = ServerFnContext::for_form(FormName::Register)?;
    let context = context.keep([("email", &email), ("name", &name), ("username", &username)]);
    let page = paths::link_path(Page::Register, "invitation", &invitation);
    let min_length = context.services().passwords.min_length();
    let account = match text::parse_account(Some(&name), &email, &username, Some(&password), min_length) {
        Ok(account) => account,
        Err(errors) => return context.reject(&page, errors).await,
    };
    let invitation = (!invitation.is_empty()).then_some(invitation.as_str());
    match context.services().registration.register(account, invitation, context.caller()).await {
        Ok(chosen) if invitation.is_some() => context.arrive(Some(chosen), &email, text::ACCOUNT_CREATED).await,
        Ok(chosen) => context.await_verification(chosen, &email).await,
        Err(error) => context.reject(&page, text::registration_errors(error)?).await,
    }
}
