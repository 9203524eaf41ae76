//! Access token refresh for the browser.

use super::FnError;
use crate::model::TokenLife;
use leptos::prelude::*;

/// Refreshes the access token if less than half of its lifetime is left, and returns its lifetime. The tokens
/// travel only in cookies.
#[server(endpoint = "renew")]
pub async fn renew() -> Result<TokenLife, FnError> {
    use crate::server::http::forms::Form;
    let form = Form::anywhere()?;
    let who = form.required()?;
    form.renew(&who).await
}
