//! Token inspection.

use crate::model::{FnError, Inspected, Inspector};
use leptos::prelude::*;

/// Inspects the caller's own access token, without its signature.
#[server(name = ReadInspector, endpoint = "inspector")]
pub async fn inspector() -> Result<Inspector, FnError> {
    use crate::server::context::ServerFnContext;
    let context = ServerFnContext::new()?;
    let who = context.require_user()?;
    let token = context.own_token().ok_or(FnError::SignInRequired)?;
    let own = context.services().inspection.show(token, &who).await?;
    Ok(Inspector {
        own,
        expires_at: who.claims.expires_at,
        issuer: context.public_url().to_owned(),
        now: context.services().clock.now(),
    })
}

/// Inspects a token on the server. The token itself is not stored.
#[server(endpoint = "inspect_token")]
pub async fn inspect_token(#[server(default)] token: String) -> Result<Inspected, FnError> {
    use crate::{model::Page, server::context::ServerFnContext};
    let context = ServerFnContext::new()?;
    let who = context.require_user()?;
    let inspected = context.services().inspection.show(&token, &who).await?;
    context.show(&format!("{}#another", Page::Inspector.path()), inspected).await
}
