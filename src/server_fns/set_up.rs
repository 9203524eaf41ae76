//! The set-up form, which creates the first administrator.

use crate::model::{FnError, FormResult, SetUpLink};
use leptos::prelude::*;

/// Returns whether a set-up link works. Changes nothing.
#[server(name = CheckSetUpLink, endpoint = "set_up_link")]
pub async fn set_up_link(#[server(default)] token: String) -> Result<SetUpLink, FnError> {
    use crate::server::context::ServerFnContext;
    let set_up = ServerFnContext::new()?.services().set_up.clone();
    if set_up.is_done().await? {
        return Ok(SetUpLink::Done);
    }
    if token.is_empty() {
        return Ok(SetUpLink::Missing);
    }
    Ok(if set_up.is_good(&token).await? { SetUpLink::Good } else { SetUpLink::Dead })
}

/// Creates the first administrator, consumes the link and signs in.
#[server(endpoint = "set_up")]
pub async fn set_up(
    #[server(default)] token: String,
    #[server(default)] name: String,
    #[server(default)] email: String,
    #[server(default)] username: String,
    #[server(default)] password: String,
) -> Result<FormResult, FnError> {
    use crate::{
        model::{FormName, Page},
        server::{context::ServerFnContext, text},
    };
    let context =
        ServerFnContext::for_form(FormName::SetUp)?.keep([("name", &name), ("email", &email), ("username", &username)]);
    let page = Page::SetUp.with([("token", &token)]);
    let min_length = context.services().passwords.min_length();
    let account = match text::parse_account(Some(&name), &email, &username, Some(&password), min_length) {
        Ok(account) => account,
        Err(errors) => return context.reject(&page, errors).await,
    };
    match context.services().set_up.make_administrator(&token, account, context.caller()).await {
        Ok(chosen) => context.arrive(Some(chosen), &email, text::ADMINISTRATOR_CREATED).await,
        Err(error) => context.reject(&page, text::set_up_errors(error)?).await,
    }
}
