//! Data of the dashboard.

use crate::model::{Dashboard, FnError};
use leptos::prelude::*;

/// Reads the user's profile, sessions and recent activity.
#[server(name = ReadDashboard, endpoint = "dashboard")]
pub async fn dashboard() -> Result<Dashboard, FnError> {
    use crate::server::{context::ServerFnContext, services::dashboard};
    let context = ServerFnContext::new()?;
    let who = context.require_user()?;
    Box::pin(dashboard::of(context.services(), &who.claims)).await?.ok_or(FnError::SignInRequired)
}
