//! The session table.

use super::{row::SessionRow, state::MonitorState};
use crate::{
    model::{MonitorView, SessionSortKey},
    ui::{components::SortHead, text::monitor as text},
};
use leptos::prelude::*;

/// Column heading, and its sort key if the column can be sorted.
const COLUMNS: [(&str, Option<SessionSortKey>); 9] = [
    (text::STATE, None),
    (text::USER, Some(SessionSortKey::User)),
    (text::DEVICE, None),
    (text::NETWORK, None),
    ("", Some(SessionSortKey::CreatedAt)),
    ("", Some(SessionSortKey::LastSeenAt)),
    ("", Some(SessionSortKey::AccessExpiresAt)),
    ("", Some(SessionSortKey::RefreshExpiresAt)),
    ("", Some(SessionSortKey::Generation)),
];

/// Table of sessions, or an explanation if it is empty.
#[component]
pub fn SessionTable(monitor: MonitorState) -> impl IntoView {
    let view = monitor.view.get_value();
    let is_empty = move || monitor.rows.read().is_empty();
    let actions = monitor.may_revoke.get_value().then(|| {
        view! { <th scope="col"><span class="visually-hidden">{text::ACTIONS}</span></th> }
    });
    let heads = COLUMNS.map(|(word, key)| view! { <Head word key view=view.clone() /> });
    view! {
        <table class="sessions" aria-labelledby="sessions" hidden=is_empty>
            <thead>
                <tr>{heads.collect_view()} {actions}</tr>
            </thead>
            <tbody id="rows">
                <For each=move || monitor.rows.get() key=|row| row.session.id.clone() let:row>
                    <SessionRow row monitor />
                </For>
            </tbody>
        </table>
        <div class="empty" hidden=move || !is_empty()>
            {if view.is_filtered() {
                view! { <p>{text::NO_MATCH}</p> <p><a href=MonitorView::default().address()>{text::CLEAR}</a></p> }.into_any()
            } else {
                view! { <p>{text::NO_SESSIONS}</p> }.into_any()
            }}
        </div>
    }
}

#[component]
fn Head(word: &'static str, key: Option<SessionSortKey>, view: MonitorView) -> impl IntoView {
    let Some(key) = key else { return view! { <th scope="col">{word}</th> }.into_any() };
    let sort = view.sort();
    let is_descending = (sort.key == key).then_some(sort.is_descending);
    view! { <SortHead label=text::column(key) address=view.sorted_by(key).address() is_descending /> }.into_any()
}

/// Links to the previous and next pages.
#[component]
pub fn Pager(monitor: MonitorState) -> impl IntoView {
    let way = move |session: Option<String>, word: &'static str, is_next: bool| {
        session.map(|session| {
            let href =
                monitor.view.with_value(|view| if is_next { view.after(&session) } else { view.before(&session) });
            view! { <a class="button" href=href.address()>{word}</a> }
        })
    };
    view! {
        <nav class="pager" aria-label=text::PARTS hidden=move || {
            let pagination = monitor.pagination.read();
            pagination.next.is_none() && pagination.prev.is_none()
        }>
            {move || way(monitor.pagination.read().prev.clone(), text::PREVIOUS, false)}
            {move || way(monitor.pagination.read().next.clone(), text::NEXT, true)}
        </nav>
    }
}
