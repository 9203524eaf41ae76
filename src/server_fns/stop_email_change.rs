//! The form that cancels an email change by a mailed link.

use super::FnError;
use crate::model::Outcome;
use leptos::prelude::*;

/// Cancels the pending email change, authorized by a link's token.
#[server(endpoint = "stop_email_change")]
pub async fn stop_email_change(#[server(default)] token: String) -> Result<Outcome, FnError> {
    use crate::{
        model::{FormName, Refusal},
        server::{http::forms::Form, words},
    };
    let form = Form::here(FormName::StopEmailChange)?;
    if form.services().own_account.stop_email_change(&token, form.caller()).await? {
        return form.done("/login", Some(words::EMAIL_CHANGE_STOPPED)).await;
    }
    let page = words::link_path("/stop-email-change", "token", &token);
    form.refuse(&page, Refusal::of_form(words::NO_EMAIL_CHANGE)).await
}
