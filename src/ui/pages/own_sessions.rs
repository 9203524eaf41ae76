//! Where one is signed in.

use super::{
    ErrorPage,
    desk::{Desk, Notices},
};
use crate::{
    model::{OwnSessions, SessionsPage},
    server_fns::own_sessions,
    ui::{
        components::SessionFacts,
        islands::OtherSessions,
        words::{self, own_account},
    },
};
use leptos::prelude::*;

/// One's own sessions, this one first.
#[component]
pub fn OwnSessionsPage() -> impl IntoView {
    view! {
        <Suspense>
            {Suspend::new(async move {
                match own_sessions().await {
                    Ok(sessions) => view! { <Whole sessions /> }.into_any(),
                    Err(_) => view! { <ErrorPage status=503 /> }.into_any(),
                }
            })}
        </Suspense>
    }
}

#[component]
fn Whole(sessions: OwnSessions) -> impl IntoView {
    let OwnSessions { current, others, now } = sessions;
    view! {
        <Desk class="admin" now>
            <p><a href="/account">{words::ACCOUNT}</a></p>
            <h1>{own_account::SESSIONS}</h1>
            <p class="aside">{own_account::SESSIONS_LEAD}</p>
            <Notices />
            <section aria-labelledby="current">
                <h2 id="current">{own_account::THIS_BROWSER}</h2>
                <ul class="rows">
                    <li class="row"><SessionFacts session=current /></li>
                </ul>
            </section>
            <section aria-labelledby="others">
                <h2 id="others">{words::OTHER_SESSIONS}</h2>
                <OtherSessions sessions=others page=SessionsPage::Account />
            </section>
        </Desk>
    }
}
