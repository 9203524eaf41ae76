//! Renewing this browser's access token before it ends.

use super::FnError;
use crate::model::TokenLife;
use leptos::prelude::*;

/// Renews the access token if less than half of its life is left. Answers its life; tokens
/// themselves travel in cookies only.
#[server(endpoint = "renew")]
pub async fn renew() -> Result<TokenLife, FnError> {
    use crate::server::http::forms::Form;
    let form = Form::anywhere()?;
    let who = form.required()?;
    form.renew(&who).await
}
