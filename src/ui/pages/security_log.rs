//! The user's own security log.

use super::{
    activity::ActivityList,
    app_layout::{AppLayout, Notices},
    load::load,
};
use crate::{
    model::{Page, SecurityLog},
    server_fns::security_log,
    ui::{
        components::{Breadcrumbs, Pager},
        text::own_account,
    },
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// Page that lists the events of the user's account, newest first.
#[component]
pub fn SecurityLogPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let place = |side: &str| query.get(side).unwrap_or_default();
    let (after, before) = (place("after"), place("before"));
    load(security_log(after, before), |log| view! { <Log log /> })
}

#[component]
fn Log(log: SecurityLog) -> impl IntoView {
    let SecurityLog { events, newer, older, now } = log;
    let address = |side: &str, place: Option<String>| place.map(|place| Page::SecurityLog.with([(side, place)]));
    view! {
        <AppLayout class="admin" now>
            <Breadcrumbs list=Page::OwnAccount address=Page::OwnAccount.path() here=own_account::SECURITY_LOG />
            <h1>{own_account::SECURITY_LOG}</h1>
            <p class="aside">{own_account::SECURITY_LOG_LEAD}</p>
            <Notices />
            <ActivityList activity=events />
            <Pager previous=address("before", newer) next=address("after", older) />
        </AppLayout>
    }
}
