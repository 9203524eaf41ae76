//! Access token refresh for the browser.

use crate::model::{FnError, TokenLife};
use leptos::prelude::*;

/// Refreshes the access token if less than half of its lifetime is left, and returns its lifetime. The tokens
/// travel only in cookies.
#[server(endpoint = "refresh")]
pub async fn refresh() -> Result<TokenLife, FnError> {
    use crate::server::context::ServerFnContext;
    let context = ServerFnContext::new()?;
    let who = context.require_user()?;
    context.refresh(&who).await
}
