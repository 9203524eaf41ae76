//! The user's own sessions: list and end them.

use crate::model::{FnError, FormResult, OwnSessions};
use leptos::prelude::*;

/// Reads the current session and one page of the user's other live sessions, selected by a cursor. Ignores an
/// invalid cursor.
#[server(name = ReadOwnSessions, endpoint = "own_sessions")]
pub async fn own_sessions(
    #[server(default)] after: String,
    #[server(default)] before: String,
) -> Result<OwnSessions, FnError> {
    use crate::server::{
        context::ServerFnContext,
        services::{Cursor, own_sessions},
    };
    let context = ServerFnContext::new()?;
    let who = context.require_user()?;
    let from = match (after.parse(), before.parse()) {
        (Ok(place), _) => Cursor::After(place),
        (_, Ok(place)) => Cursor::Before(place),
        _ => Cursor::Start,
    };
    own_sessions::of(context.services(), &who.claims, from).await?.ok_or(FnError::SignInRequired)
}

/// Ends one of the user's own sessions. Succeeds even if it has already ended. Leads to the page at `back` if
/// that lists sessions.
#[server(endpoint = "end_session")]
pub async fn end_session(
    #[server(default)] id: String,
    #[server(default)] back: String,
) -> Result<FormResult, FnError> {
    use crate::{
        model::SessionsPage,
        server::{context::ServerFnContext, text},
    };
    let context = ServerFnContext::new()?;
    let who = context.require_user()?;
    let id = id.parse().map_err(|_| FnError::NotFound)?;
    let ended = context.services().sessions.end(id, &who, context.caller()).await?;
    let notice = if ended.is_some() { text::SESSION_SIGNED_OUT } else { text::SESSION_GONE };
    context.redirect(SessionsPage::at(&back).path(), Some(notice)).await
}

/// Ends all of the user's other sessions.
#[server(endpoint = "end_other_sessions")]
pub async fn end_other_sessions() -> Result<FormResult, FnError> {
    use crate::{
        model::SessionsPage,
        server::{context::ServerFnContext, text},
    };
    let context = ServerFnContext::new()?;
    let who = context.require_user()?;
    let ended = context.services().sessions.end_others(&who, context.caller()).await?;
    context.redirect(SessionsPage::Account.path(), Some(&text::other_sessions_ended(ended))).await
}
