//! Data of the overview of the administration.

use crate::model::{FnError, SiteOverview};
use leptos::prelude::*;

/// Reads the figures of the site.
#[server(name = ReadOverview, endpoint = "overview")]
pub async fn overview() -> Result<SiteOverview, FnError> {
    use crate::{model::Permission, server::context::ServerFnContext};
    let context = ServerFnContext::new()?;
    context.require(Permission::UsersRead)?;
    Ok(context.services().overview.view().await?)
}
