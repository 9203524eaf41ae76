//! Renewing this browser's access token before it ends.

use crate::model::{FnError, TokenLife};
use leptos::prelude::*;

/// Renews the access token if less than half of its life is left. Answers its life; tokens
/// themselves travel in cookies only.
#[server(endpoint = "renew")]
pub async fn renew() -> Result<TokenLife, FnError> {
    use crate::server::context::ServerFnContext;
    let context = ServerFnContext::new()?;
    let who = context.require_user()?;
    context.refresh(&who).await
}
