//! The sessions of all users: list them, read one, and end them.

use crate::model::{FnError, FormResult, Monitor, OpenSession, SessionsToEnd};
use leptos::prelude::*;

/// Reads the page of the list that `query` selects, in the syntax of the page's address, and the summary figures.
#[server(name = ReadMonitor, endpoint = "monitor")]
pub async fn monitor(#[server(default)] query: String) -> Result<Monitor, FnError> {
    use crate::{
        model::{MonitorView, Permission, UserId},
        server::context::ServerFnContext,
    };
    let context = ServerFnContext::new()?;
    let who = context.require(Permission::SessionsRead)?;
    let view = MonitorView::parse(&query);
    if !view.user.is_empty() && view.user.parse::<UserId>().is_err() {
        return Err(context.not_found());
    }
    let service = &context.services().monitor;
    Ok(Monitor {
        // Read first: an event may then be delivered twice, which is harmless, but none is missed.
        latest_event: service.latest_event().await?.map(|id| id.to_string()),
        part: service.view(&view).await?,
        overview: service.overview().await?,
        own_session: who.claims.session.to_string(),
        may_revoke: context.require(Permission::SessionsRevoke).is_ok(),
        view,
    })
}

/// Reads one session with its refresh history.
#[server(name = ReadFamily, endpoint = "session_family")]
pub async fn session_family(#[server(default)] id: String) -> Result<OpenSession, FnError> {
    use crate::{model::Permission, server::context::ServerFnContext};
    let context = ServerFnContext::new()?;
    let who = context.require(Permission::SessionsRead)?;
    let services = context.services();
    let family = match id.parse() {
        Ok(id) => services.monitor.find(id).await?,
        Err(_) => None,
    };
    let Some(family) = family else { return Err(context.not_found()) };
    let now = services.clock.now();
    Ok(OpenSession {
        family: family.into_page(now),
        own_session: who.claims.session.to_string(),
        may_revoke: context.require(Permission::SessionsRevoke).is_ok(),
        now,
    })
}

/// Reads what to confirm before sessions end. `id` is the id of a session or a user, depending on the scope.
#[server(name = ReadSessionsToEnd, endpoint = "sessions_to_end")]
pub async fn sessions_to_end(
    #[server(default)] scope: String,
    #[server(default)] id: String,
) -> Result<SessionsToEnd, FnError> {
    use crate::{
        model::{EndScope, Permission},
        server::{context::ServerFnContext, services::Ending},
    };
    let context = ServerFnContext::new()?;
    let who = context.require_user()?.claims;
    context.require(Permission::SessionsRevoke).map_err(|_| context.forbidden())?;
    let services = context.services();
    let which = scope.parse::<EndScope>().ok().and_then(|scope| Ending::asked(scope, &id, who.session));
    let which = which.ok_or_else(|| context.not_found())?;
    let (count, session) = services.monitor.to_end(which).await?.ok_or_else(|| context.not_found())?;
    Ok(SessionsToEnd { count, session, is_own: which.includes(who.session, who.user), now: services.clock.now() })
}

/// Ends sessions. Leads back to the `view` of the list, in the syntax of its address, or to the sign-in page if the
/// caller's own session is among them.
#[server(endpoint = "end_sessions")]
pub async fn end_sessions(
    #[server(default)] scope: String,
    #[server(default)] id: String,
    #[server(default)] view: String,
) -> Result<FormResult, FnError> {
    use crate::{
        model::{EndScope, MonitorView, Page, Permission},
        server::{context::ServerFnContext, services::Ending, text},
    };
    let context = ServerFnContext::new()?;
    let who = context.require(Permission::SessionsRevoke)?;
    let scope = scope.parse::<EndScope>().map_err(|_| FnError::BadRequest)?;
    let which = Ending::asked(scope, &id, who.claims.session).ok_or(FnError::NotFound)?;
    let monitor = &context.services().monitor;
    let count = match monitor.end(which, who.actor(), context.caller()).await? {
        Some(count) => count,
        // Another request ended the session first.
        None if monitor.to_end(which).await?.is_some() => 0,
        None => return Err(FnError::NotFound),
    };
    if which.includes(who.claims.session, who.claims.user) {
        context.clear_tokens();
        return context.redirect(Page::SignIn.path(), Some(&text::own_sessions_ended(count))).await;
    }
    context.redirect(&MonitorView::parse(&view).address(), Some(&text::sessions_ended(count))).await
}
