//! The theme switch.

use crate::model::{FnError, FormResult};
use leptos::prelude::*;

/// Stores this browser's theme in a cookie and leads back to the page.
#[server(endpoint = "theme")]
pub async fn set_theme(
    #[server(default)] theme: String,
    #[server(default)] back: String,
) -> Result<FormResult, FnError> {
    use crate::server::{context::ServerFnContext, paths};
    let context = ServerFnContext::new()?;
    context.set_theme(theme.parse().unwrap_or_default());
    context.redirect(&paths::way_back(&back), None).await
}
