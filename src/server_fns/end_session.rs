//! Signing out another of one's own sessions.

use super::FnError;
use crate::model::Outcome;
use leptos::prelude::*;

/// Ends one of one's own sessions. One that has ended already has ended.
#[server(endpoint = "end_session")]
pub async fn end_session(#[server(default)] id: String) -> Result<Outcome, FnError> {
    use crate::{model::EndReason, server::http::forms::Form};
    let form = Form::anywhere()?;
    let user = form.required()?.claims.user;
    let id = id.parse().map_err(|_| FnError::NotFound)?;
    let ended = form.services().sessions.end(id, user, EndReason::Revoked, form.caller()).await?;
    let notice = if ended.is_some() { "That session is ended." } else { "That session had ended already." };
    form.done("/dashboard", Some(notice)).await
}
