//! The theme switch.

use crate::model::{FnError, FormResult};
use leptos::prelude::*;

/// Stores this browser's theme in a cookie and leads back to the page.
#[server(endpoint = "theme")]
pub async fn set_theme(
    #[server(default)] theme: String,
    #[server(default)] back: String,
) -> Result<FormResult, FnError> {
    use crate::{
        model::Theme,
        server::{context::ServerFnContext, paths},
    };
    let context = ServerFnContext::new()?;
    context.set_theme(Theme::parse(&theme));
    context.redirect(&paths::way_back(&back), None).await
}
