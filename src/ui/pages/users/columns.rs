//! Which columns of the list of users are shown.

use crate::{
    model::UserColumn,
    server_fns::ChooseColumns,
    ui::{context::PageContext, text::users as words},
};
use leptos::{prelude::*, server_fn::ServerFn};
use strum::VariantArray;

/// Folded form with a checkbox for each column that can be hidden. It leads back to the list of this page.
#[component]
pub fn Columns(hidden: Vec<UserColumn>) -> impl IntoView {
    let query = PageContext::current().query().to_owned();
    let boxes = UserColumn::VARIANTS.iter().map(move |column| {
        let is_shown = !hidden.contains(column);
        view! {
            <label class="tick">
                <input type="checkbox" name="columns[]" value=column.to_string() checked=is_shown autocomplete="off" />
                <span>{words::list_column(*column)}</span>
            </label>
        }
    });
    view! {
        <details class="columns">
            <summary>{words::COLUMNS}</summary>
            <form class="card" method="post" action=ChooseColumns::PATH>
                <input type="hidden" name="query" value=query />
                <fieldset>
                    <legend class="visually-hidden">{words::COLUMNS}</legend>
                    {boxes.collect_view()}
                </fieldset>
                <button type="submit">{words::SHOW_COLUMNS}</button>
            </form>
        </details>
    }
}
