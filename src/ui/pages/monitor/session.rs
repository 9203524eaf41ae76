//! One session with its refresh history.

use super::{AppLayout, Notices, load};
use crate::{
    model::{
        EndScope, MonitorView, MonitoredSession, OpenSession, Page, RefreshLine, SessionEnd, SessionKind,
        SessionSortKey, SessionState, Timestamp,
    },
    server_fns::session_family,
    ui::{
        components::{Breadcrumbs, Due, Icon, Moment, Shape},
        islands::{CopyButton, SessionStateBadge},
        text::{self, monitor},
    },
};
use leptos::prelude::*;

/// Maximum number of refreshes in the history.
const SHOWN: usize = 50;

/// Shows the session with this id. Leads back to `view`.
#[component]
pub fn SingleSession(id: String, view: MonitorView) -> impl IntoView {
    load(session_family(id), |open| view! { <SessionView open back=view /> })
}

#[component]
fn SessionView(open: OpenSession, back: MonitorView) -> impl IntoView {
    let OpenSession { family, own_session, may_revoke, now } = open;
    let session = family.session;
    let is_own = session.id == own_session;
    let ends = may_revoke && !matches!(session.state, SessionState::Ended(_));
    let end = ends.then(|| {
        view! {
            <p class="again">
                <a class="button" href=EndScope::Session.address(&session.id, &back)>{monitor::end_button(EndScope::Session)}</a>
                <a class="button" href=EndScope::User.address(&session.user_id, &back)>{monitor::end_button(EndScope::User)}</a>
            </p>
        }
    });
    view! {
        <AppLayout class="admin" now>
            <Breadcrumbs list=Page::Monitor address=back.address() here=session.device.clone() />
            <h1><bdi>{session.device.clone()}</bdi> {is_own.then(|| view! { " " <span class="tag">{text::THIS_SESSION}</span> })}</h1>
            <Notices />
            <div class="card">
                <Facts session now end=family.end />
            </div>
            {end}
            <section aria-labelledby="history">
                <h2 id="history">{monitor::HISTORY}</h2>
                <History refreshes=family.refreshes />
            </section>
        </AppLayout>
    }
}

#[component]
fn Facts(session: MonitoredSession, now: Timestamp, end: Option<SessionEnd>) -> impl IntoView {
    let MonitoredSession {
        id, user_id, email, name, kind, network, created_at, last_seen_at, generation, state, ..
    } = session;
    let is_over = end.is_some();
    let lives =
        [(monitor::ACCESS_LEFT, session.access_expires_at), (monitor::REFRESH_LEFT, session.refresh_expires_at)];
    let lives = lives
        .into_iter()
        .filter(|_| !is_over)
        .map(|(word, until)| view! { <dt>{word}</dt> <dd><TimeLeft until now /></dd> });
    view! {
        <dl>
            <dt>{monitor::STATE}</dt>
            <dd><SessionStateBadge state is_idle=session.access_expires_at <= now /></dd>
            {end.map(|SessionEnd { at, by, .. }| view! {
                <dt>{monitor::ENDED_AT}</dt>
                <dd><Moment at /></dd>
                <dt>{monitor::ENDED_BY}</dt>
                <dd><bdi>{monitor::ended_by(by)}</bdi></dd>
            })}
            <dt>{monitor::USER}</dt>
            <dd><a href=MonitorView::of_user(&user_id).address()><bdi>{email}</bdi></a> " " <bdi class="aside">{name}</bdi></dd>
            <dt>{monitor::KIND}</dt>
            <dd>{kind_word(kind)}</dd>
            <dt>{monitor::NETWORK}</dt>
            <dd>{network}</dd>
            <dt>{monitor::column(SessionSortKey::CreatedAt)}</dt>
            <dd><Moment at=created_at /></dd>
            <dt>{monitor::column(SessionSortKey::LastSeenAt)}</dt>
            <dd><Moment at=last_seen_at /></dd>
            {lives.collect_view()}
            <dt>{monitor::column(SessionSortKey::Generation)}</dt>
            <dd>{monitor::grouped(generation)}</dd>
            <CopiedId name=monitor::ID id />
            <CopiedId name=monitor::USER_ID id=user_id />
        </dl>
    }
}

#[component]
fn CopiedId(name: &'static str, id: String) -> impl IntoView {
    view! {
        <dt>{name}</dt>
        <dd class="copied"><code>{id.clone()}</code> <CopyButton text=id name=name.to_owned() /></dd>
    }
}

/// Remaining lifetime of a token, and when it expires.
#[component]
fn TimeLeft(until: Timestamp, now: Timestamp) -> impl IntoView {
    let left = until.since(now);
    if left.as_secs() == 0 {
        return view! { {monitor::OVER} }.into_any();
    }
    if until == Timestamp::NEVER {
        return view! { {monitor::NEVER} }.into_any();
    }
    view! { <span class="clock">{text::countdown(left)}</span> " " {text::LEFT} <span class="aside">" · " <Due at=until /></span> }.into_any()
}

/// Lists the refreshes, newest first. A location change since the previous one is marked by icon and word.
#[component]
fn History(refreshes: Vec<RefreshLine>) -> impl IntoView {
    if refreshes.is_empty() {
        return view! { <p class="empty">{monitor::NO_REFRESHES}</p> }.into_any();
    }
    let is_cut = refreshes.len() == SHOWN;
    let before = refreshes.iter().skip(1).cloned().map(Some).chain([None]);
    let rows = refreshes.iter().cloned().zip(before).map(|(line, before)| {
        let change =
            before.and_then(|before| monitor::change(line.network != before.network, line.device != before.device));
        view! { <Refresh line change /> }
    });
    view! {
        <ol class="rows log">{rows.collect_view()}</ol>
        {is_cut.then(|| view! { <p class="aside">{monitor::LATEST}</p> })}
    }
    .into_any()
}

#[component]
fn Refresh(line: RefreshLine, change: Option<&'static str>) -> impl IntoView {
    let RefreshLine { generation, at, device, network } = line;
    let mark = change.map(|change| view! { " " <Icon shape=Shape::Warning /> <strong>{change}</strong> });
    view! {
        <li class="row" class:warning=change.is_some()>
            <div class="facts">
                <p>{monitor::generation(generation)} {mark}</p>
                <p class="aside">
                    <bdi>{device}</bdi>
                    <span>{network}</span>
                </p>
            </div>
            <Moment at />
        </li>
    }
}

fn kind_word(kind: SessionKind) -> &'static str {
    match kind {
        SessionKind::Browser => monitor::BROWSER,
        SessionKind::Api => monitor::API_CLIENT,
        SessionKind::Key => monitor::API_KEY,
    }
}
