//! The form that resets a password by a mailed link.

use super::FnError;
use crate::model::Outcome;
use leptos::prelude::*;

/// Sets a new password, authorized by a link's token. Ends every session of the user and starts none.
#[server(endpoint = "reset_password")]
pub async fn reset_password(
    #[server(default)] token: String,
    #[server(default)] password: String,
) -> Result<Outcome, FnError> {
    use crate::{
        model::FormName,
        server::{http::forms::Form, words},
    };
    let form = Form::here(FormName::ResetPassword)?;
    match form.services().recovery.reset_password(&token, &password, form.caller()).await {
        Ok(_) => form.done("/login", Some(words::PASSWORD_RESET)).await,
        Err(error) => {
            let page = words::link_path("/reset-password", "token", &token);
            form.refuse(&page, words::link_refusal(error)?).await
        }
    }
}
