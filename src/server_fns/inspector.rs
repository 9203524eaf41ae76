//! Token inspection.

use super::FnError;
use crate::model::{Inspected, Inspector};
use leptos::prelude::*;

/// Inspects the caller's own access token, without its signature.
#[server(name = ReadInspector, endpoint = "inspector")]
pub async fn inspector() -> Result<Inspector, FnError> {
    use crate::server::http::forms::Form;
    let form = Form::anywhere()?;
    let who = form.required()?;
    let token = form.own_token().ok_or(FnError::SignInRequired)?;
    let own = form.services().inspection.show(token, &who).await?;
    Ok(Inspector {
        own,
        expires_at: who.claims.expires_at,
        issuer: form.public_url().to_owned(),
        now: form.services().clock.now(),
    })
}

/// Inspects a token on the server. The token itself is not stored.
#[server(endpoint = "inspect_token")]
pub async fn inspect_token(#[server(default)] token: String) -> Result<Inspected, FnError> {
    use crate::server::http::forms::Form;
    let form = Form::anywhere()?;
    let who = form.required()?;
    let inspected = form.services().inspection.show(&token, &who).await?;
    form.shown("/inspector#another", inspected).await
}
