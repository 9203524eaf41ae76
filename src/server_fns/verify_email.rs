//! Email verification.

use super::FnError;
use crate::model::Outcome;
use leptos::prelude::*;

/// Verifies an address by a link's token or, without a token, by the code from the same mail.
#[server(endpoint = "verify_email")]
pub async fn verify_email(
    #[server(default)] token: String,
    #[server(default)] email: String,
    #[server(default)] code: String,
) -> Result<Outcome, FnError> {
    use crate::{
        model::FormName,
        server::{http::forms::Form, services::Confirmation, words},
    };
    let form = Form::here(FormName::VerifyEmail)?.keep("email", &email);
    let page = words::link_path("/verify-email", "token", &token);
    let confirmation = if token.is_empty() {
        match words::parse_code(&email, &code) {
            Ok((email, code)) => Confirmation::Code { email, code },
            Err(refusal) => return form.refuse(&page, refusal).await,
        }
    } else {
        Confirmation::Token(token)
    };
    match form.services().recovery.verify_email(&confirmation, form.caller()).await {
        Ok(_) => {
            let to = if form.who().is_some() { "/dashboard" } else { "/login" };
            form.done(to, Some(words::EMAIL_CONFIRMED)).await
        }
        Err(error) => form.refuse(&page, words::link_refusal(error)?).await,
    }
}
