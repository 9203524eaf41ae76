//! The theme switch.

use super::FnError;
use crate::model::Outcome;
use leptos::prelude::*;

/// Stores this browser's theme in a cookie and leads back to the page.
#[server(endpoint = "theme")]
pub async fn set_theme(#[server(default)] theme: String, #[server(default)] back: String) -> Result<Outcome, FnError> {
    use crate::{
        model::Theme,
        server::{http::forms::Form, words},
    };
    let form = Form::anywhere()?;
    form.set_theme(Theme::parse(&theme));
    form.done(&words::way_back(&back), None).await
}
