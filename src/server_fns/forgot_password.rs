//! The form that requests a password reset link.

use crate::model::{FnError, FormResult};
use leptos::prelude::*;

/// Mails a reset link if an account has this address. The response is the same either way.
#[server(endpoint = "forgot_password")]
pub async fn forgot_password(#[server(default)] email: String) -> Result<FormResult, FnError> {
    use crate::{
        model::{FormName, Page},
        server::{context::ServerFnContext, text},
    };
    let context = ServerFnContext::for_form(FormName::ForgotPassword)?.keep([("email", &email)]);
    let email = match text::parse_email(&email) {
        Ok(email) => email,
        Err(errors) => return context.reject(Page::ForgotPassword.path(), errors).await,
    };
    context.services().recovery.forgot_password(&email, context.caller()).await?;
    context.redirect(&Page::ForgotPassword.with([("sent", "1")]), None).await
}
