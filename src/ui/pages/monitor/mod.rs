//! The monitor: the sessions of all users, one session in full, and the confirmation before sessions end.

mod ending;
mod filters;
mod session;

use super::{
    app_layout::{AppLayout, Notices},
    load::load,
};
use crate::{
    model::{EndScope, Monitor, MonitorView, Page},
    server_fns::monitor,
    ui::{
        components::Problem,
        context::PageContext,
        islands::LiveMonitor,
        text::{self as words, monitor as text},
    },
};
use ending::EndConfirmation;
use filters::Filters;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use session::SingleSession;

/// Page with one session or the confirmation, if the address names either, or else with the list.
#[component]
pub fn MonitorPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let asked = PageContext::current().query().to_owned();
    if let Some(id) = query.get("session") {
        return view! { <SingleSession id view=MonitorView::parse(&asked) /> }.into_any();
    }
    if let Some(scope) = query.get("end").and_then(|scope| scope.parse::<EndScope>().ok()) {
        let id = query.get("id").unwrap_or_default();
        return view! { <EndConfirmation scope id view=MonitorView::parse(&asked) /> }.into_any();
    }
    let wrong_filter = MonitorView::wrong_in(&asked);
    load(monitor(asked), move |monitor| match wrong_filter {
        Some(name) => view! { <NotListed monitor name /> }.into_any(),
        None => view! { <List monitor /> }.into_any(),
    })
    .into_any()
}

#[component]
fn List(monitor: Monitor) -> impl IntoView {
    let Monitor { view, part, overview, may_revoke, .. } = monitor.clone();
    let one = part.sessions.first().filter(|_| !view.user.is_empty()).map(|session| session.email.clone());
    let many = may_revoke.then(|| view! { <EndMany view=view.clone() /> });
    view! {
        <AppLayout class="admin monitor" now=overview.now>
            <h1>{text::MONITOR}</h1>
            <Notices />
            <LiveMonitor monitor>
                <Filters view one />
            </LiveMonitor>
            {many}
        </AppLayout>
    }
}

/// Says which filter in the address is wrong. No sessions are listed, because there would be more than meant.
#[component]
fn NotListed(monitor: Monitor, name: String) -> impl IntoView {
    let Monitor { view, overview, .. } = monitor;
    view! {
        <AppLayout class="admin monitor" now=overview.now>
            <h1>{text::MONITOR}</h1>
            <Problem text=words::wrong_filter(&name) />
            <Filters view one=None />
            <p><a href=Page::Monitor.path()>{text::CLEAR}</a></p>
        </AppLayout>
    }
}

/// Links to end many sessions at once. Each leads to a confirmation.
#[component]
fn EndMany(view: MonitorView) -> impl IntoView {
    let scopes = [EndScope::User, EndScope::Others, EndScope::All];
    let ways = scopes.into_iter().filter(|scope| *scope != EndScope::User || !view.user.is_empty()).map(|scope| {
        let id = if scope == EndScope::User { view.user.as_str() } else { "" };
        view! { <a class="button" href=scope.address(id, &view)>{text::end_button(scope)}</a> }
    });
    view! {
        <section class="many" aria-labelledby="many">
            <h2 id="many">{text::END_SESSIONS}</h2>
            <p class="aside">{text::END_SESSIONS_LEAD}</p>
            <div class="again">{ways.collect_view()}</div>
        </section>
    }
}
