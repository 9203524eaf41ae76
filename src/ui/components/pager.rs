//! Links to the parts of a list beside the one that is shown.

use crate::ui::words;
use leptos::prelude::*;

/// The addresses of the newer and the older part, where there are any.
#[component]
pub fn Pager(newer: Option<String>, older: Option<String>) -> impl IntoView {
    let link = |address: Option<String>, word| address.map(|href| view! { <a class="button" href=href>{word}</a> });
    (newer.is_some() || older.is_some()).then(|| {
        view! {
            <nav class="pager" aria-label=words::PARTS>{link(newer, words::NEWER)} {link(older, words::OLDER)}</nav>
        }
    })
}
