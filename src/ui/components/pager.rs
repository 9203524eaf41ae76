//! Links to the adjacent pages of a list.

use crate::ui::text;
use leptos::prelude::*;

/// Links to the newer and older pages, if there are any.
#[component]
pub fn Pager(newer: Option<String>, older: Option<String>) -> impl IntoView {
    let link = |address: Option<String>, word| address.map(|href| view! { <a class="button" href=href>{word}</a> });
    (newer.is_some() || older.is_some()).then(|| {
        view! {
            <nav class="pager" aria-label=text::PARTS>{link(newer, text::NEWER)} {link(older, text::OLDER)}</nav>
        }
    })
}
