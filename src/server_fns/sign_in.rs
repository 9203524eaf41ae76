//! The sign-in context.

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
        model::{FormErrors, FormName, Identifier, NextPath, Page, Password, SignInError},
        server::{context::ServerFnContext, paths, services::SignInStep, text},
    };
    let context = ServerFnContext::for_form(FormName::SignIn)?.keep("identifier", &identifier);
    let page = paths::sign_in_path(NextPath::parse(&next).as_ref());
    let mut missing = FormErrors::default();
    if identifier.trim().is_empty() {
        missing = missing.and("identifier", text::ENTER_IDENTIFIER);
    }
    if password.is_empty() {
        missing = missing.and("password", "Enter your password");
    }
    if !missing.is_empty() {
        return context.reject(&page, missing).await;
    }
    let Ok(password) = Password::attempt(&password) else {
        return context.reject(&page, text::sign_in_errors(SignInError::Invalid)?).await;
    };
    let identifier = Identifier::parse(&identifier);
    match context.services().sign_in.in_browser(identifier, password, context.user(), context.caller()).await {
        Ok(SignInStep::SignedIn(signed_in)) => {
            context.set_tokens(&signed_in.tokens);
            if let Some(device) = &signed_in.device {
                context.set_device(device);
            }
            context
                .redirect(NextPath::parse(&next).as_ref().map_or(Page::Dashboard.path(), NextPath::as_str), None)
                .await
        }
        Err(error) => context.reject(&page, text::sign_in_errors(error)?).await,
    }
}
