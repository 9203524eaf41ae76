//! One row of the session list.

use super::{listed::ListedSession, state::MonitorState};
use crate::{
    model::{EndScope, MonitorView, MonitoredSession, SessionKind, SessionSortKey, SessionState, Timestamp},
    ui::{
        components::{Icon, Moment, Shape},
        text::{self, monitor},
    },
};
use leptos::prelude::*;

/// Row of a session. Follows the session's state in the monitor.
#[component]
pub fn SessionRow(row: ListedSession, monitor: MonitorState) -> impl IntoView {
    let ListedSession { session: MonitoredSession { id, device, email, .. }, .. } = row.clone();
    let is_own = monitor.own_session.with_value(|own| *own == id);
    let session = Memo::new({
        let id = id.clone();
        move |before: Option<&MonitoredSession>| {
            let rows = monitor.rows.read();
            let found = rows.iter().find(|row| row.session.id == id).map(|row| row.session.clone());
            found.or_else(|| before.cloned()).unwrap_or_else(|| row.session.clone())
        }
    });
    let is_over = move || matches!(session.read().state, SessionState::Ended(_));
    let end = monitor.may_revoke.get_value().then(|| {
        view! {
            <td class="acts">
                <a class="button" href=monitor.view.with_value(|view| EndScope::Session.address(&id, view)) hidden=is_over>
                    {monitor::END}
                    <span class="visually-hidden">" " {device.clone()} ", " {email}</span>
                </a>
            </td>
        }
    });
    view! {
        <tr class:over=is_over>
            <StateCell session now=monitor.now />
            <UserCell session is_own />
            <DeviceCell session monitor />
            <td data-head=monitor::NETWORK class="network" title=move || session.read().network.clone()>{move || session.read().network.clone()}</td>
            <td data-head=monitor::column(SessionSortKey::CreatedAt)><Moment at=Signal::derive(move || session.read().created_at) /></td>
            <td data-head=monitor::column(SessionSortKey::LastSeenAt)>
                <Moment at=Signal::derive(move || session.read().last_seen_at) />
            </td>
            <TimeLeft head=monitor::column(SessionSortKey::AccessExpiresAt) until=Signal::derive(move || session.read().access_expires_at) now=monitor.now />
            <TimeLeft head=monitor::column(SessionSortKey::RefreshExpiresAt) until=Signal::derive(move || session.read().refresh_expires_at) now=monitor.now />
            <td data-head=monitor::column(SessionSortKey::Generation) class="number">{move || monitor::grouped(session.read().generation)}</td>
            {end}
        </tr>
    }
}

/// Session state by icon, word and color, with its reason. A session is idle while its last access token has
/// expired: its user comes back with a refresh.
#[component]
pub fn SessionStateBadge(state: SessionState, is_idle: bool) -> impl IntoView {
    let (colour, shape) = match state {
        SessionState::Live if is_idle => (None, Shape::Clock),
        SessionState::Live => (Some("live"), Shape::Check),
        SessionState::Flagged(_) => (Some("soon"), Shape::Warning),
        SessionState::Ended(_) => (Some("ended"), Shape::Alert),
    };
    view! {
        <span class="state" data-stage=colour><Icon shape />{monitor::state(state, is_idle)}</span>
        {monitor::why(state).map(|why| view! { <span class="aside why">{why}</span> })}
    }
}

#[component]
fn StateCell(session: Memo<MonitoredSession>, now: RwSignal<Timestamp>) -> impl IntoView {
    let is_idle = Memo::new(move |_| session.read().access_expires_at <= now.get());
    view! {
        <td title=move || monitor::why(session.read().state)>
            {move || view! { <SessionStateBadge state=session.read().state is_idle=is_idle.get() /> }}
        </td>
    }
}

#[component]
fn UserCell(session: Memo<MonitoredSession>, is_own: bool) -> impl IntoView {
    let MonitoredSession { user_id, email, name, .. } = session.get_untracked();
    let title = format!("{name} · {email}");
    view! {
        <td data-head=monitor::USER>
            <div class="one-line">
                <a href=MonitorView::of_user(&user_id).address() title=title><bdi>{email}</bdi></a>
                {is_own.then(|| view! { <span class="tag">{text::THIS_SESSION}</span> })}
            </div>
        </td>
    }
}

#[component]
fn DeviceCell(session: Memo<MonitoredSession>, monitor: MonitorState) -> impl IntoView {
    let MonitoredSession { id, kind, .. } = session.get_untracked();
    view! {
        <td data-head=monitor::DEVICE>
            <div class="one-line">
                <a href=monitor.view.with_value(|view| view.session(&id)) title=move || session.read().device.clone()>
                    <span class="visually-hidden">{monitor::OPEN}</span>
                    <bdi>{move || session.read().device.clone()}</bdi>
                </a>
                {(kind == SessionKind::Api).then(|| view! { <span class="tag">{text::API_SESSION}</span> })}
            </div>
        </td>
    }
}

/// Countdown to a moment.
#[component]
fn TimeLeft(head: &'static str, until: Signal<Timestamp>, now: RwSignal<Timestamp>) -> impl IntoView {
    let left = move || match until.get().since(now.get()) {
        left if left.as_secs() == 0 => monitor::OVER.to_owned(),
        _ if until.get() == Timestamp::NEVER => monitor::NEVER.to_owned(),
        left => text::countdown(left),
    };
    view! { <td data-head=head class="number clock" title=move || until.get().in_words()>{left}</td> }
}
