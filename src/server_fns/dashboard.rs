//! Data of the dashboard.

use crate::model::{Dashboard, FnError, FormResult};
use leptos::prelude::*;

/// Reads the user's profile, sessions and recent activity.
#[server(name = ReadDashboard, endpoint = "dashboard")]
pub async fn dashboard() -> Result<Dashboard, FnError> {
    use crate::server::{context::ServerFnContext, services::dashboard};
    let context = ServerFnContext::new()?;
    let who = context.require_user()?;
    Box::pin(dashboard::of(context.services(), &who.claims)).await?.ok_or(FnError::SignInRequired)
}

/// Dismisses the list of what is left to set up, for this administrator.
#[server(endpoint = "dismiss_set_up_list")]
pub async fn dismiss_set_up_list() -> Result<FormResult, FnError> {
    use crate::{model::Page, server::context::ServerFnContext};
    let context = ServerFnContext::new()?;
    let who = context.require_user()?;
    context.services().set_up_list.dismiss(who.claims.user).await?;
    context.redirect(Page::Dashboard.path(), None).await
}
