//! The registration form.

use super::FnError;
use crate::model::Outcome;
use leptos::prelude::*;

/// Creates an account, by invitation if there is one. The response does not reveal whether the address is taken.
#[server(endpoint = "register")]
pub async fn register(
    #[server(default)] invitation: String,
    #[server(default)] email: String,
    #[server(default)] name: String,
    #[server(default)] username: String,
    #[server(default)] password: String,
) -> Result<Outcome, FnError> {
    use crate::{
        model::FormName,
        server::{http::forms::Form, words},
    };
    let form = Form::here(FormName::Register)?.keep("email", &email).keep("name", &name).keep("username", &username);
    let page = words::link_path("/register", "invitation", &invitation);
    let min_length = form.services().passwords.min_length();
    let account = match words::parse_account(Some(&name), &email, &username, &password, min_length) {
        Ok(account) => account,
        Err(refusal) => return form.refuse(&page, refusal).await,
    };
    let invitation = (!invitation.is_empty()).then_some(invitation.as_str());
    match form.services().registration.register(account, invitation, form.caller()).await {
        Ok(()) if invitation.is_some() => form.done("/login", Some(words::ACCOUNT_MADE)).await,
        Ok(()) => form.fill_in(FormName::VerifyEmail, "email", &email).done("/verify-email?sent=1", None).await,
        Err(error) => form.refuse(&page, words::registration_refusal(error)?).await,
    }
}
