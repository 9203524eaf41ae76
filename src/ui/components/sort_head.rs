//! The heading of a column that sorts its table.

use leptos::prelude::*;

/// Links to the list sorted by this column. `is_descending` is the present order if the list is sorted by it.
#[component]
pub fn SortHead(
    label: &'static str,
    address: String,
    is_descending: Option<bool>,
    #[prop(optional)] is_hidden: bool,
) -> impl IntoView {
    let (order, arrow) = match is_descending {
        None => (None, None),
        Some(true) => (Some("descending"), Some("↓")),
        Some(false) => (Some("ascending"), Some("↑")),
    };
    view! {
        <th scope="col" aria-sort=order hidden=is_hidden>
            <a href=address>{label} {arrow.map(|arrow| view! { <span aria-hidden="true">{arrow}</span> })}</a>
        </th>
    }
}
