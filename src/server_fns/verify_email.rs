//! Email verification.

use crate::model::{FnError, FormResult};
use leptos::prelude::*;

/// Verifies an address by a link's token or, without a token, by the code from the same mail. Signs in the browser
/// in which the account was registered.
#[server(endpoint = "verify_email")]
pub async fn verify_email(
    #[server(default)] token: String,
    #[server(default)] email: String,
    #[server(default)] code: String,
) -> Result<FormResult, FnError> {
    use crate::{
        model::{FormName, Page},
        server::{context::ServerFnContext, paths, text},
    };
    let context = ServerFnContext::for_form(FormName::VerifyEmail)?.keep([("email", &email)]);
    let page = paths::link_path(Page::VerifyEmail, "token", &token);
    let confirmation = match text::parse_confirmation(token, &email, &code) {
        Ok(confirmation) => confirmation,
        Err(errors) => return context.reject(&page, errors).await,
    };
    match context.services().recovery.verify_email(&confirmation, context.caller()).await {
        Ok(_) if context.user().is_some() => {
            context.redirect(Page::Dashboard.path(), Some(text::EMAIL_CONFIRMED)).await
        }
        Ok(user) => {
            let chosen = context.chosen_for(user.id).await;
            context.arrive(chosen, user.email.as_str(), text::EMAIL_CONFIRMED).await
        }
        Err(error) => context.reject(&page, text::link_errors(error)?).await,
    }
}
