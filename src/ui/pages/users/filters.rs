//! The filters of the list of users.

use crate::{
    model::{Page, UsersView},
    ui::{
        components::Choice,
        text::{self, bulk, monitor, users as words},
    },
};
use leptos::prelude::*;

/// Plain form that leads to the filtered list.
#[component]
pub fn Filters(view: UsersView, roles: Vec<String>) -> impl IntoView {
    let (sort, is_filtered) = (view.sort().to_string(), view.is_filtered());
    let dates = [
        ("createdFrom", bulk::CREATED_FROM, view.created_from),
        ("createdTo", bulk::CREATED_TO, view.created_to),
        ("lastSignInFrom", bulk::LAST_SIGN_IN_FROM, view.last_sign_in_from),
        ("lastSignInTo", bulk::LAST_SIGN_IN_TO, view.last_sign_in_to),
    ];
    let UsersView { search, status, role, verified, locked, signed_in, .. } = view;
    let clear = is_filtered.then(|| view! { <a class="button" href=Page::Users.path()>{monitor::CLEAR}</a> });
    view! {
        <search>
            <form class="filters all" method="get" action=Page::Users.path() aria-label=words::FILTER>
                <div class="field search">
                    <label for="search">{words::SEARCH}</label>
                    <input id="search" name="search" type="search" value=search autocomplete="off" spellcheck="false" maxlength="200" />
                </div>
                <Choice name="status" label=words::STATUS options=options(words::STATUSES) chosen=status />
                <Choice name="role" label=text::ROLE options=role_options(roles) chosen=role />
                <Choice name="verified" label=words::VERIFIED options=options(words::VERIFICATIONS) chosen=verified />
                <Choice name="locked" label=words::LOCKED options=options(words::LOCKS) chosen=locked />
                <Choice name="signedIn" label=words::SIGNED_IN options=options(words::PRESENCES) chosen=signed_in />
                <Choice name="sort" label=words::ORDER options=options(words::ORDERS) chosen=sort />
                <Dates dates />
                <div class="acts">
                    <button type="submit">{monitor::APPLY}</button>
                    {clear}
                </div>
            </form>
        </search>
    }
}

/// Fields of days in UTC, by name, label and value. Folded away while all are empty.
#[component]
fn Dates(dates: [(&'static str, &'static str, String); 4]) -> impl IntoView {
    let is_set = dates.iter().any(|(.., value)| !value.is_empty());
    let fields = dates.map(|(name, label, value)| {
        view! {
            <div class="field">
                <label for=name>{label}</label>
                <input id=name name=name type="date" value=value />
            </div>
        }
    });
    view! {
        <details class="dates" open=is_set>
            <summary>{bulk::MORE_FILTERS}</summary>
            <div class="days">{fields.collect_view()}</div>
        </details>
    }
}

fn options(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(value, word)| ((*value).to_owned(), (*word).to_owned())).collect()
}

fn role_options(roles: Vec<String>) -> Vec<(String, String)> {
    let each = roles.into_iter().map(|name| (name.clone(), text::role(&name).to_owned()));
    [(String::new(), words::ANY.to_owned())].into_iter().chain(each).collect()
}
