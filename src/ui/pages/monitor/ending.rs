//! The confirmation page before sessions end.

use super::{AppLayout, load};
use crate::{
    model::{EndScope, MonitorView, MonitoredSession, Page, SessionsToEnd},
    server_fns::{EndSessions, sessions_to_end},
    ui::{
        components::{Breadcrumbs, Moment},
        text::{self, monitor},
    },
};
use leptos::{prelude::*, server_fn::ServerFn};

/// Page that asks for confirmation. `id` is the id of a session or a user, depending on the scope. Leads back to
/// `view`.
#[component]
pub fn EndConfirmation(scope: EndScope, id: String, view: MonitorView) -> impl IntoView {
    load(
        sessions_to_end(scope.into_str().to_owned(), id.clone()),
        move |asked| view! { <ConfirmationView scope id asked back=view /> },
    )
}

#[component]
fn ConfirmationView(scope: EndScope, id: String, asked: SessionsToEnd, back: MonitorView) -> impl IntoView {
    let SessionsToEnd { count, session, is_own, now } = asked;
    // The text for `All` already says that the user's own session is included.
    let is_own = is_own && scope != EndScope::All;
    view! {
        <AppLayout class="admin question" now>
            <Breadcrumbs list=Page::Monitor address=back.address() here=monitor::END_SESSIONS />
            <h1>{monitor::end_title(scope)}</h1>
            {session.map(|session| view! { <SessionSummary scope session /> })}
            {if count > 0 {
                view! {
                    <p>{monitor::end_lead(scope, count)} {is_own.then(|| view! { " " {monitor::YOURS_TOO} })}</p>
                    <form class="again" method="post" action=EndSessions::PATH>
                        <input type="hidden" name="scope" value=scope.into_str() />
                        <input type="hidden" name="id" value=id />
                        <button class="danger" type="submit">{monitor::end_button(scope)}</button>
                        <input type="hidden" name="view" value=back.query() />
                        <a class="button" href=back.address()>{monitor::CANCEL}</a>
                    </form>
                }.into_any()
            } else {
                view! {
                    <p class="empty">{monitor::NOTHING_TO_END}</p>
                    <p><a href=back.address()>{monitor::BACK}</a></p>
                }.into_any()
            }}
        </AppLayout>
    }
}

#[component]
fn SessionSummary(scope: EndScope, session: MonitoredSession) -> impl IntoView {
    let MonitoredSession { email, name, device, network, created_at, .. } = session;
    let place = (scope == EndScope::Session).then(|| {
        view! {
            <dt>{monitor::DEVICE}</dt>
            <dd><bdi>{device}</bdi> " · " {network}</dd>
            <dt>{text::SIGNED_IN_AT}</dt>
            <dd><Moment at=created_at /></dd>
        }
    });
    view! {
        <dl class="card">
            <dt>{monitor::USER}</dt>
            <dd><bdi>{email}</bdi> " " <bdi class="aside">{name}</bdi></dd>
            {place}
        </dl>
    }
}
