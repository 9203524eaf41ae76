//! The list of mails and their delivery states.

mod message;

use super::{
    app_layout::{AppLayout, Notices},
    load::load,
};
use crate::{
    model::{MailLine, MailState, Mails, Page},
    server_fns::mails,
    ui::{
        components::{Due, Icon, Moment, Pager, Shape},
        text::admin,
    },
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use message::SingleMail;

/// Page with one mail if the address names one, or else the list.
#[component]
pub fn OutboxPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    if let Some(id) = query.get("id") {
        return view! { <SingleMail id /> }.into_any();
    }
    let asked = |name: &str| query.get(name).unwrap_or_default();
    let (state, before, after) = (asked("state"), asked("before"), asked("after"));
    load(mails(state.clone(), before, after), move |mails| view! { <List mails state=state.parse().ok() /> }).into_any()
}

#[component]
fn List(mails: Mails, state: Option<MailState>) -> impl IntoView {
    let Mails { rows, counts, newer, older, folder, now } = mails;
    let way = match folder {
        Some(folder) => view! { {admin::TO_FILES} " " <code>{folder}</code> }.into_any(),
        None => view! { {admin::BY_SMTP} }.into_any(),
    };
    view! {
        <AppLayout class="admin" now>
            <h1>{admin::MAIL}</h1>
            <Notices />
            <p class="aside">{way}</p>
            <Filters counts state />
            {if rows.is_empty() {
                view! { <p class="empty">{admin::no_mails(state)}</p> }.into_any()
            } else {
                view! { <Table rows /> }.into_any()
            }}
            <Pager
                previous=newer.map(|id| address(state, Some(("after", &id))))
                next=older.map(|id| address(state, Some(("before", &id))))
            />
        </AppLayout>
    }
}

#[component]
fn Filters(counts: Vec<(MailState, i64)>, state: Option<MailState>) -> impl IntoView {
    let all = counts.iter().map(|(_, count)| count).sum();
    let ways = [(None, all)].into_iter().chain(counts.into_iter().map(|(state, count)| (Some(state), count)));
    let ways = ways.map(|(which, count)| {
        let is_here = (which == state).then_some("page");
        view! {
            <li>
                <a href=address(which, None) aria-current=is_here>
                    {which.map_or(admin::ALL_MAILS, admin::mail_state)} " " <span class="number">{count}</span>
                </a>
            </li>
        }
    });
    view! {
        <nav class="tabs" aria-label=admin::FILTER>
            <ul>{ways.collect_view()}</ul>
        </nav>
    }
}

#[component]
fn Table(rows: Vec<MailLine>) -> impl IntoView {
    let heads = [admin::MAIL_STATE, admin::MAIL_KIND, admin::MAIL_TO, admin::MAIL_QUEUED, admin::MAIL_TRIES];
    let heads = heads.map(|head| view! { <th scope="col">{head}</th> });
    let rows = rows.into_iter().map(|line| view! { <Row line /> });
    view! {
        <table class="emails">
            <thead>
                <tr>{heads.collect_view()}</tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
}

#[component]
fn Row(line: MailLine) -> impl IntoView {
    let MailLine { id, kind, recipient, state, queued_at, tries, next_try_at, last_error, .. } = line;
    view! {
        <tr>
            <td>
                <MailStateBadge state />
                {next_try_at.map(|at| view! { <p class="aside">{admin::MAIL_NEXT_TRY} " " <Due at /></p> })}
                {last_error.map(|error| view! { <p class="aside cut" title=error.clone()>{error.clone()}</p> })}
            </td>
            <td data-head=admin::MAIL_KIND><a href=Page::Outbox.with([("id", id)])>{admin::mail_kind(kind)}</a></td>
            <td data-head=admin::MAIL_TO title=recipient.clone()><bdi>{recipient.clone()}</bdi></td>
            <td data-head=admin::MAIL_QUEUED><Moment at=queued_at /></td>
            <td data-head=admin::MAIL_TRIES class="number">{tries}</td>
        </tr>
    }
}

/// Delivery state by icon, word and color.
#[component]
pub fn MailStateBadge(state: MailState) -> impl IntoView {
    let (colour, shape) = match state {
        MailState::Waiting => ("soon", Shape::Clock),
        MailState::Sent => ("live", Shape::Check),
        MailState::Failed => ("ended", Shape::Alert),
    };
    view! { <span class="state" data-stage=colour><Icon shape />{admin::mail_state(state)}</span> }
}

fn address(state: Option<MailState>, place: Option<(&str, &str)>) -> String {
    let state = state.map(|state| ("state", state.to_string()));
    let place = place.map(|(side, id)| (side, id.to_owned()));
    Page::Outbox.with(state.into_iter().chain(place).collect::<Vec<_>>())
}
