//! The form that sends a verification mail again.

use crate::model::{FnError, FormResult};
use leptos::prelude::*;

/// Mails a new link and code to the account with this email address or username, if its address is unverified.
/// Leads to `back` if that is a page of this site, or else to the page where the code is entered.
#[server(endpoint = "resend_verification")]
pub async fn resend_verification(
    #[server(default)] identifier: String,
    #[server(default)] back: String,
) -> Result<FormResult, FnError> {
    use crate::{
        model::{FormErrors, FormName, Identifier, Page},
        server::{context::ServerFnContext, paths, text},
    };
    let context = ServerFnContext::for_form(FormName::ResendVerification)?.keep([("identifier", &identifier)]);
    let back = (!back.is_empty()).then(|| paths::way_back(&back));
    if identifier.trim().is_empty() {
        let page = back.as_deref().unwrap_or(Page::VerifyEmail.path());
        return context.reject(page, FormErrors::of_field("identifier", text::ENTER_IDENTIFIER)).await;
    }
    let who = Identifier::parse(&identifier);
    context.services().recovery.resend_verification(&who, context.caller()).await?;
    let context = match (&who, &back) {
        (Identifier::Email(_), None) => context.fill_in(FormName::VerifyEmail, "email", &identifier),
        _ => context,
    };
    context
        .redirect(back.as_deref().unwrap_or(&Page::VerifyEmail.with([("sent", "1")])), Some(text::VERIFICATION_SENT))
        .await
}
