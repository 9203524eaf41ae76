//! Where one is signed in, and signing out there.

use crate::model::{FnError, Outcome, OwnSessions};
use leptos::prelude::*;

/// One's own live sessions, of the others the part that begins after one place or ends before another. What is no
/// place counts as not said.
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

/// Ends one of one's own sessions, and leads back to the page at `back`, if that lists sessions. One
/// that has ended already has ended.
#[server(endpoint = "end_session")]
pub async fn end_session(#[server(default)] id: String, #[server(default)] back: String) -> Result<Outcome, FnError> {
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

/// Ends every other session of one's own.
#[server(endpoint = "end_other_sessions")]
pub async fn end_other_sessions() -> Result<Outcome, FnError> {
    use crate::{
        model::SessionsPage,
        server::{context::ServerFnContext, text},
    };
    let context = ServerFnContext::new()?;
    let who = context.require_user()?;
    let ended = context.services().sessions.end_others(&who, context.caller()).await?;
    context.redirect(SessionsPage::Account.path(), Some(&text::other_sessions_ended(ended))).await
}
