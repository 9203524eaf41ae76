//! What the dashboard shows.

use super::FnError;
use crate::model::Dashboard;
use leptos::prelude::*;

/// Who is signed in, how, from where, and what happened lately.
#[server(name = ReadDashboard, endpoint = "dashboard")]
pub async fn dashboard() -> Result<Dashboard, FnError> {
    use crate::server::{http::forms::Form, services::dashboard};
    let form = Form::anywhere()?;
    let who = form.required()?;
    Box::pin(dashboard::of(form.services(), &who.claims)).await?.ok_or(FnError::SignInRequired)
}
