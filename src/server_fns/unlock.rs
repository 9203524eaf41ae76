//! The form that unlocks sign-in by a mailed link.

use super::FnError;
use crate::model::Outcome;
use leptos::prelude::*;

/// Ends the lockout of the user's email address and username, authorized by a link's token.
#[server(endpoint = "unlock")]
pub async fn unlock(#[server(default)] token: String) -> Result<Outcome, FnError> {
    use crate::{
        model::FormName,
        server::{http::forms::Form, words},
    };
    let form = Form::here(FormName::Unlock)?;
    match form.services().recovery.unlock(&token, form.caller()).await {
        Ok(_) => form.done("/login", Some(words::LOCK_OPENED)).await,
        Err(error) => {
            let page = words::link_path("/unlock", "token", &token);
            form.refuse(&page, words::link_refusal(error)?).await
        }
    }
}
