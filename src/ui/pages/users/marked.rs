//! The form that changes the users who are marked in the list, or all who match.

use crate::{
    model::{BulkKind, Page},
    ui::{components::Choice, text::bulk},
};
use leptos::prelude::*;

/// The id of the form, to which the boxes in the list belong.
const FORM: &str = "change-users";

/// Box that selects a user.
#[component]
pub fn Mark(id: String, label: String) -> impl IntoView {
    view! {
        <label class="mark">
            <input type="checkbox" form=FORM name="id" value=id aria-label=label autocomplete="off" />
        </label>
    }
}

/// Plain form that leads to the question about the users who are selected, or about all `total` who match. `kept` are
/// the filters and the order of the list.
#[component]
pub fn MarkedForm(kept: Vec<(&'static str, String)>, actions: Vec<BulkKind>, total: i64) -> impl IntoView {
    let none = [(String::new(), bulk::CHOOSE.to_owned())];
    let each = actions.into_iter().map(|kind| (kind.to_string(), bulk::action(kind).to_owned()));
    let options = none.into_iter().chain(each).collect();
    let kept = kept.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value /> });
    view! {
        <form id=FORM class="card marked" method="get" action=Page::ChangeUsers.path() aria-label=bulk::FORM>
            {kept.collect_view()}
            <Choice name="action" label=bulk::ACTION options chosen=String::new() is_required=true />
            <button type="submit" name="of" value="selected">{bulk::SELECTED}</button>
            <button type="submit" name="of" value="all">{bulk::all(total)}</button>
        </form>
    }
}
