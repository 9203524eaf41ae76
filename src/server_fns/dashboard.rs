//! Data of the dashboard.

use super::FnError;
use crate::model::Dashboard;
use leptos::prelude::*;

/// Reads the user's profile, sessions and recent activity.
#[server(name = ReadDashboard, endpoint = "dashboard")]
pub async fn dashboard() -> Result<Dashboard, FnError> {
    use crate::server::{http::forms::Form, services::dashboard};
    let form = Form::anywhere()?;
    let who = form.required()?;
    Box::pin(dashboard::of(form.services(), &who.claims)).await?.ok_or(FnError::SignInRequired)
}
