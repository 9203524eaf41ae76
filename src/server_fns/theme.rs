//! Light, dark, or as the system says.

use super::FnError;
use crate::model::Outcome;
use leptos::prelude::*;

/// Keeps the theme of this browser in a cookie and leads back to the page.
#[server(endpoint = "theme")]
pub async fn set_theme(#[server(default)] theme: String, #[server(default)] back: String) -> Result<Outcome, FnError> {
    use crate::{
        model::{NextPath, Theme},
        server::http::forms::Form,
    };
    let form = Form::anywhere()?;
    form.set_theme(Theme::parse(&theme));
    let to = if back.starts_with("/login") { Some("/login") } else { None };
    let next = NextPath::parse(&back);
    form.done(to.or(next.as_ref().map(NextPath::as_str)).unwrap_or("/"), None).await
}
