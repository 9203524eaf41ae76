//! The user's own API keys.

use crate::model::{FnError, FormResult, OwnApiKeys};
use leptos::prelude::*;

/// Reads the user's own API keys.
#[server(name = ReadApiKeys, endpoint = "api_keys")]
pub async fn api_keys() -> Result<OwnApiKeys, FnError> {
    use crate::server::context::ServerFnContext;
    let context = ServerFnContext::new()?;
    let who = context.require_user()?;
    let services = context.services();
    let mut keys = services.api_keys.lines(who.claims.user).await?;
    keys.reverse();
    let is_fresh = services.own_account.is_fresh(&who).await?;
    Ok(OwnApiKeys { keys, held: services.permissions.held_by(&who), is_fresh, now: services.clock.now() })
}

/// Creates an API key, which the page then shows once. `days` is how long it is good, empty for ever; `networks` has spaces or
/// commas between ranges. Needs a fresh sign-in.
#[server(endpoint = "create_api_key")]
pub async fn create_api_key(
    #[server(default)] name: String,
    #[server(default)] days: String,
    #[server(default)] scopes: Vec<String>,
    #[server(default)] networks: String,
) -> Result<FormResult, FnError> {
    use crate::{
        model::{FormName, Page},
        server::{
            context::ServerFnContext,
            services::{ApiKeyError, ApiKeyOrder},
            text,
        },
    };
    use std::time::Duration;
    const PAGE: &str = Page::ApiKeys.path();
    let kept = [("name", name.as_str()), ("days", &days), ("scopes", &scopes.join(" ")), ("networks", &networks)];
    let context = ServerFnContext::for_form(FormName::ApiKey)?.keep(kept);
    let who = context.require_user()?;
    let services = context.services();
    let life = days.parse().ok().map(|days: u32| Duration::from_hours(24) * days);
    let expires_at = life.map(|life| services.clock.now() + life);
    let networks = networks.split([',', ' ', '\n']).map(str::trim).filter(|range| !range.is_empty());
    let order = ApiKeyOrder { name, scopes, expires_at, networks: networks.map(str::to_owned).collect() };
    match services.api_keys.create(order, &who, context.caller()).await {
        Ok((_, secret)) => context.fill_in(FormName::ApiKey, "key", &secret).redirect(PAGE, None).await,
        Err(ApiKeyError::NotFresh) => context.redirect(&Page::Confirm.with([("next", PAGE)]), None).await,
        Err(error) => context.reject(PAGE, text::api_key_errors(error)?).await,
    }
}

/// Revokes one of the user's own API keys. Succeeds even if it was revoked before.
#[server(endpoint = "revoke_api_key")]
pub async fn revoke_api_key(#[server(default)] id: String) -> Result<FormResult, FnError> {
    use crate::{model::Page, server::context::ServerFnContext};
    let context = ServerFnContext::new()?;
    let who = context.require_user()?;
    let id = id.parse().map_err(|_| FnError::NotFound)?;
    let was_live = context.services().api_keys.revoke(id, &who, context.caller()).await?;
    let notice = if was_live { "API key revoked." } else { "That API key was no longer active." };
    context.redirect(Page::ApiKeys.path(), Some(notice)).await
}
