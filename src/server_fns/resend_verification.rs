//! The form that sends a verification mail again.

use super::FnError;
use crate::model::Outcome;
use leptos::prelude::*;

/// Mails a new link and code to the account with this email address or username, if its address is unverified.
/// Leads to `back` if that is a page of this site, or else to the page where the code is entered.
#[server(endpoint = "resend_verification")]
pub async fn resend_verification(
    #[server(default)] identifier: String,
    #[server(default)] back: String,
) -> Result<Outcome, FnError> {
    use crate::{
        model::{FormName, Identifier, Refusal},
        server::{http::forms::Form, words},
    };
    let form = Form::here(FormName::ResendVerification)?.keep("identifier", &identifier);
    let back = (!back.is_empty()).then(|| words::way_back(&back));
    if identifier.trim().is_empty() {
        let page = back.as_deref().unwrap_or("/verify-email");
        return form.refuse(page, Refusal::of_field("identifier", words::ENTER_IDENTIFIER)).await;
    }
    let who = Identifier::parse(&identifier);
    form.services().recovery.resend_verification(&who, form.caller()).await?;
    let form = match (&who, &back) {
        (Identifier::Email(_), None) => form.fill_in(FormName::VerifyEmail, "email", &identifier),
        _ => form,
    };
    form.done(back.as_deref().unwrap_or("/verify-email?sent=1"), Some(words::VERIFICATION_SENT)).await
}
