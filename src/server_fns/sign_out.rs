//! Signing out.

use super::FnError;
use crate::model::Outcome;
use leptos::prelude::*;

/// Ends this browser's session. Whoever is signed out already is signed out.
#[server(prefix = "", endpoint = "logout")]
pub async fn sign_out() -> Result<Outcome, FnError> {
    use crate::{model::EndReason, server::http::forms::Form};
    let form = Form::anywhere()?;
    if let Some(who) = form.who() {
        let (user, session) = (who.claims.user, who.claims.session);
        form.services().sessions.end(session, user, EndReason::SignedOut, form.caller()).await?;
    }
    form.clear_tokens();
    form.done("/login", Some("You are signed out.")).await
}
