//! Sign-out.

use crate::model::{FnError, FormResult};
use leptos::prelude::*;

/// Ends this browser's session. Succeeds if no one is signed in.
#[server(prefix = "", endpoint = "logout")]
pub async fn sign_out() -> Result<FormResult, FnError> {
    use crate::{model::Page, server::context::ServerFnContext};
    let context = ServerFnContext::new()?;
    if let Some(who) = context.user() {
        context.services().sessions.sign_out(who.claims.session, who.claims.user, context.caller()).await?;
    }
    context.clear_tokens();
    context.redirect(Page::SignIn.path(), Some("You’re signed out.")).await
}
