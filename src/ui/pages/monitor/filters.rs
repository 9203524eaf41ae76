//! The filters of the monitor's list.

use crate::{
    model::{MonitorView, Page, SessionKind, SessionSort, StateFilter},
    ui::{components::Choice, text::monitor},
};
use leptos::prelude::*;
use strum::VariantArray;

/// The most common sort orders.
const SORTS: [(&str, &str); 6] = [
    ("-createdAt", "Newest"),
    ("-lastSeenAt", "Last active"),
    ("accessExpiresAt", "Access token expiry"),
    ("refreshExpiresAt", "Refresh token expiry"),
    ("-generation", "Most refreshes"),
    ("user", "User"),
];

/// Plain form that leads to the filtered list. `one` is the user's email address if the list shows a single user.
#[component]
pub fn Filters(view: MonitorView, one: Option<String>) -> impl IntoView {
    let (sort, is_filtered) = (view.sort(), view.is_filtered());
    let MonitorView { search, state, kind, user, .. } = view;
    let clear = is_filtered.then(|| {
        view! { <a class="button" href=MonitorView::default().address()>{monitor::CLEAR}</a> }
    });
    let user = (!user.is_empty()).then(|| {
        view! {
            <input type="hidden" name="user" value=user />
            <p class="aside one">{monitor::SESSIONS_OF} " " <bdi>{one.unwrap_or_else(|| monitor::ONE_USER.to_owned())}</bdi></p>
        }
    });
    view! {
        <search>
            <form class="filters" method="get" action=Page::Monitor.path() aria-label=monitor::FILTER>
                <div class="field search">
                    <label for="search">{monitor::SEARCH}</label>
                    <input id="search" name="search" type="search" value=search autocomplete="off" spellcheck="false" maxlength="200" />
                </div>
                <Choice name="state" label=monitor::STATE options=states() chosen=state />
                <Choice name="kind" label=monitor::KIND options=kinds() chosen=kind />
                <Choice name="sort" label=monitor::ORDER options=sorts(sort) chosen=sort.to_string() />
                {user}
                <div class="acts">
                    <button type="submit">{monitor::APPLY}</button>
                    {clear}
                </div>
            </form>
        </search>
    }
}

fn states() -> Vec<(String, String)> {
    let any = [(String::new(), monitor::ANY_STATE.to_owned())];
    let each =
        StateFilter::VARIANTS.iter().map(|state| (state.into_str().to_owned(), monitor::state_word(*state).to_owned()));
    any.into_iter().chain(each).collect()
}

fn kinds() -> Vec<(String, String)> {
    let word = |kind: SessionKind, word: &str| (kind.to_string(), word.to_owned());
    vec![
        (String::new(), monitor::ANY_KIND.to_owned()),
        word(SessionKind::Browser, monitor::BROWSER),
        word(SessionKind::Api, monitor::API_CLIENT),
        word(SessionKind::Key, monitor::API_KEY),
    ]
}

/// Returns the common orders, and the current one if a column heading has selected another.
fn sorts(now: SessionSort) -> Vec<(String, String)> {
    let usual = SORTS.iter().map(|(value, word)| ((*value).to_owned(), (*word).to_owned()));
    let now = now.to_string();
    let other = (!SORTS.iter().any(|(value, _)| *value == now)).then(|| (now, monitor::BY_COLUMN.to_owned()));
    usual.chain(other).collect()
}
