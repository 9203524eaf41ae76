//! The form that unlocks sign-in by a mailed link.

use crate::model::{FnError, FormResult};
use leptos::prelude::*;

/// Ends the lockout of the user's email address and username, authorized by a link's token.
#[server(endpoint = "unlock")]
pub async fn unlock(#[server(default)] token: String) -> Result<FormResult, FnError> {
    use crate::{
        model::{FormName, Page},
        server::{context::ServerFnContext, paths, text},
    };
    let context = ServerFnContext::for_form(FormName::Unlock)?;
    match context.services().recovery.unlock(&token, context.caller()).await {
        Ok(user) => context.lead_to_sign_in(user.email.as_str(), text::UNLOCKED).await,
        Err(error) => {
            let page = paths::link_path(Page::Unlock, "token", &token);
            context.reject(&page, text::link_errors(error)?).await
        }
    }
}
