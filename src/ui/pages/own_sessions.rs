//! The user's own sessions.

use super::{
    app_layout::{AppLayout, Notices},
    load::load,
};
use crate::{
    model::{OwnSessions, Page, SessionsPage},
    server_fns::own_sessions,
    ui::{
        components::{Breadcrumbs, Pager, SessionFacts},
        islands::OtherSessions,
        text::{self, own_account},
    },
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// Page that lists the user's sessions, the current one first.
#[component]
pub fn OwnSessionsPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let place = |side: &str| query.get(side).unwrap_or_default();
    let (after, before) = (place("after"), place("before"));
    load(own_sessions(after, before), |sessions| view! { <SessionList sessions /> })
}

#[component]
fn SessionList(sessions: OwnSessions) -> impl IntoView {
    let OwnSessions { current, others, newer, older, now } = sessions;
    let address = |side: &str, place: Option<String>| {
        place.map(|place| format!("{}?{side}={place}", SessionsPage::Account.path()))
    };
    view! {
        <AppLayout class="admin" now>
            <Breadcrumbs list=Page::OwnAccount address=Page::OwnAccount.path() here=own_account::SESSIONS />
            <h1>{own_account::SESSIONS}</h1>
            <p class="aside">{own_account::SESSIONS_LEAD}</p>
            <Notices />
            <section aria-labelledby="current">
                <h2 id="current">{text::THIS_SESSION}</h2>
                <ul class="rows">
                    <li class="row"><SessionFacts session=current /></li>
                </ul>
            </section>
            <section aria-labelledby="others">
                <h2 id="others">{text::OTHER_SESSIONS}</h2>
                <OtherSessions sessions=others page=SessionsPage::Account />
                <Pager previous=address("before", newer) next=address("after", older) />
            </section>
        </AppLayout>
    }
}
