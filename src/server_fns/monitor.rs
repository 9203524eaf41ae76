//! Everybody's sessions: which there are, one of them in full, and ending them.

use super::FnError;
use crate::model::{Monitor, OpenSession, Outcome};
use leptos::prelude::*;

/// The part of the list that `query` asks for, as the page's address does, with the figures beside it.
#[server(name = ReadMonitor, endpoint = "monitor")]
pub async fn monitor(#[server(default)] query: String) -> Result<Monitor, FnError> {
    use crate::{
        model::{MonitorView, Permission},
        server::http::forms::Form,
    };
    let form = Form::anywhere()?;
    let who = form.allowed(Permission::SessionsRead)?;
    let view = MonitorView::parse(&query);
    let service = &form.services().monitor;
    Ok(Monitor {
        part: service.view(&view).await?,
        overview: service.overview().await?,
        own_session: who.claims.session.to_string(),
        may_revoke: form.allowed(Permission::SessionsRevoke).is_ok(),
        view,
    })
}

/// One session with the history of its tokens, and what the page around it needs.
#[server(name = ReadFamily, endpoint = "session_family")]
pub async fn session_family(#[server(default)] id: String) -> Result<OpenSession, FnError> {
    use crate::{model::Permission, server::http::forms::Form};
    let form = Form::anywhere()?;
    let who = form.allowed(Permission::SessionsRead)?;
    let services = form.services();
    let family = match id.parse() {
        Ok(id) => services.monitor.family(id).await?,
        Err(_) => None,
    };
    let Some(family) = family else { return Err(form.not_found()) };
    Ok(OpenSession {
        family,
        own_session: who.claims.session.to_string(),
        may_revoke: form.allowed(Permission::SessionsRevoke).is_ok(),
        now: services.clock.now(),
    })
}

/// Ends sessions. Whoever ends one's own goes to the sign-in page.
#[server(endpoint = "end_sessions")]
pub async fn end_sessions(#[server(default)] scope: String, #[server(default)] id: String) -> Result<Outcome, FnError> {
    use crate::{
        model::{EndScope, Permission},
        server::{http::forms::Form, services::Ending, words},
    };
    let form = Form::anywhere()?;
    let who = form.allowed(Permission::SessionsRevoke)?.claims;
    let which = match EndScope::parse(&scope).ok_or(FnError::BadRequest)? {
        EndScope::Session => Ending::One(id.parse().map_err(|_| FnError::NotFound)?),
        EndScope::User => Ending::OfUser(id.parse().map_err(|_| FnError::NotFound)?),
        EndScope::Others => Ending::AllBut(who.session),
        EndScope::All => Ending::All,
    };
    let is_own = match which {
        Ending::One(session) => session == who.session,
        Ending::OfUser(user) => user == who.user,
        Ending::AllBut(_) => false,
        Ending::All => true,
    };
    let count = form.services().monitor.end(which, who.user, form.caller()).await?.ok_or(FnError::NotFound)?;
    if is_own {
        form.clear_tokens();
        return form.done("/login", Some(&words::own_sessions_ended(count))).await;
    }
    form.done("/admin/monitor", Some(&words::sessions_ended(count))).await
}
