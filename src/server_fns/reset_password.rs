//! The form that resets a password by a mailed link.

use crate::model::{FnError, FormResult};
use leptos::prelude::*;

/// Sets a new password, authorized by a link's token. Ends every session of the user and starts none.
#[server(endpoint = "reset_password")]
pub async fn reset_password(
    #[server(default)] token: String,
    #[server(default)] password: String,
) -> Result<FormResult, FnError> {
    use crate::{
        model::{FormName, Page},
        server::{context::ServerFnContext, paths, text},
    };
    let context = ServerFnContext::for_form(FormName::ResetPassword)?;
    match context.services().recovery.reset_password(&token, &password, context.caller()).await {
        Ok(user) => context.lead_to_sign_in(user.email.as_str(), text::PASSWORD_RESET).await,
        Err(error) => {
            let page = paths::link_path(Page::ResetPassword, "token", &token);
            context.reject(&page, text::link_errors(error)?).await
        }
    }
}
