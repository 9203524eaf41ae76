//! The sign-in form.

use crate::model::{FnError, FormResult};
use leptos::prelude::*;

/// Signs in with the form, and leads to `next` if that is a path of this site.
#[server(endpoint = "sign_in")]
pub async fn sign_in(
    #[server(default)] identifier: String,
    #[server(default)] password: String,
    #[server(default)] next: String,
) -> Result<FormResult, FnError> {
    use crate::{
        model::{FormName, NextPath, Page},
        server::{context::ServerFnContext, paths, services::SignInStep, text},
    };
    let context = ServerFnContext::for_form(FormName::SignIn)?.keep([("identifier", &identifier)]);
    let next = NextPath::parse(&next);
    let page = paths::sign_in_path(next.as_ref());
    let (identifier, password) = match text::parse_sign_in(&identifier, &password) {
        Ok(parsed) => parsed,
        Err(errors) => return context.reject(&page, errors).await,
    };
    match context.services().sign_in.in_browser(identifier, password, context.user(), context.caller()).await {
        Ok(SignInStep::SignedIn(signed_in)) => {
            context.set_signed_in(&signed_in);
            context.redirect(next.as_ref().map_or(Page::Dashboard.path(), NextPath::as_str), None).await
        }
        Err(error) => context.reject(&page, text::sign_in_errors(error)?).await,
    }
}
