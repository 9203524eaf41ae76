//! A choice in the filters of a list.

use leptos::prelude::*;

/// Labelled list of options, each a value and a word.
#[component]
pub fn Choice(
    name: &'static str,
    label: &'static str,
    options: Vec<(String, String)>,
    chosen: String,
    /// Whether an option other than the empty one must be chosen.
    #[prop(optional)]
    is_required: bool,
) -> impl IntoView {
    let options = options.into_iter().map(move |(value, word)| {
        let selected = value == chosen;
        view! { <option value=value selected=selected>{word}</option> }
    });
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <select id=name name=name required=is_required>{options.collect_view()}</select>
        </div>
    }
}
