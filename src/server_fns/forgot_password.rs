//! The form that requests a password reset link.

use super::FnError;
use crate::model::Outcome;
use leptos::prelude::*;

/// Mails a reset link if an account has this address. The response is the same either way.
#[server(endpoint = "forgot_password")]
pub async fn forgot_password(#[server(default)] email: String) -> Result<Outcome, FnError> {
    use crate::{
        model::FormName,
        server::{http::forms::Form, words},
    };
    let form = Form::here(FormName::ForgotPassword)?.keep("email", &email);
    let email = match words::parse_email(&email) {
        Ok(email) => email,
        Err(refusal) => return form.refuse("/forgot-password", refusal).await,
    };
    form.services().recovery.forgot_password(&email, form.caller()).await?;
    form.done("/forgot-password?sent=1", None).await
}
