//! Sign-out.

use super::FnError;
use crate::model::Outcome;
use leptos::prelude::*;

/// Ends this browser's session. Succeeds if nobody is signed in.
#[server(prefix = "", endpoint = "logout")]
pub async fn sign_out() -> Result<Outcome, FnError> {
    use crate::server::http::forms::Form;
    let form = Form::anywhere()?;
    if let Some(who) = form.who() {
        form.services().sessions.sign_out(who.claims.session, who.claims.user, form.caller()).await?;
    }
    form.clear_tokens();
    form.done("/login", Some("You are signed out.")).await
}
