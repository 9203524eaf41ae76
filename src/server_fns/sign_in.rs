//! The sign-in form.

use super::FnError;
use crate::model::Outcome;
use leptos::prelude::*;

/// Signs in with the form, and leads to `next` if that is a path of this site.
#[server(endpoint = "sign_in")]
pub async fn sign_in(
    #[server(default)] identifier: String,
    #[server(default)] password: String,
    #[server(default)] next: String,
) -> Result<Outcome, FnError> {
    use crate::{
        model::{FormName, Identifier, NextPath, Password, Refusal, SignInError},
        server::{http::forms::Form, services::SignInStep, words},
    };
    let form = Form::here(FormName::SignIn)?.keep("identifier", &identifier);
    let page = words::login_path(NextPath::parse(&next).as_ref());
    let mut missing = Refusal::default();
    if identifier.trim().is_empty() {
        missing = missing.and("identifier", words::ENTER_IDENTIFIER);
    }
    if password.is_empty() {
        missing = missing.and("password", "Enter your password");
    }
    if !missing.is_empty() {
        return form.refuse(&page, missing).await;
    }
    let Ok(password) = Password::attempt(&password) else {
        return form.refuse(&page, words::sign_in_refusal(SignInError::Invalid)?).await;
    };
    let identifier = Identifier::parse(&identifier);
    match form.services().sign_in.in_browser(identifier, password, form.who(), form.caller()).await {
        Ok(SignInStep::SignedIn(signed_in)) => {
            form.set_tokens(&signed_in.tokens);
            if let Some(device) = &signed_in.device {
                form.set_device(device);
            }
            form.done(NextPath::parse(&next).as_ref().map_or("/dashboard", NextPath::as_str), None).await
        }
        Err(error) => form.refuse(&page, words::sign_in_refusal(error)?).await,
    }
}
