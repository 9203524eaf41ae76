//! What is in a token, and whether it is good.

use crate::model::{FnError, Inspected, Inspector};
use leptos::prelude::*;

/// The access token of whoever asks, without its signature.
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

/// What the server says of a token. The token itself is kept nowhere.
#[server(endpoint = "inspect_token")]
pub async fn inspect_token(#[server(default)] token: String) -> Result<Inspected, FnError> {
    use crate::server::context::ServerFnContext;
    let context = ServerFnContext::new()?;
    let who = context.require_user()?;
    let inspected = context.services().inspection.show(&token, &who).await?;
    context.show("/inspector#another", inspected).await
}
