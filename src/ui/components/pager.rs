//! Links to the adjacent pages of a list.

use crate::ui::text;
use leptos::prelude::*;

/// Links to the previous and the next page, if there are any.
#[component]
pub fn Pager(previous: Option<String>, next: Option<String>) -> impl IntoView {
    let link = |address: Option<String>, word| address.map(|href| view! { <a class="button" href=href>{word}</a> });
    (previous.is_some() || next.is_some()).then(|| {
        view! {
            <nav class="pager" aria-label=text::PARTS>{link(previous, text::PREVIOUS)} {link(next, text::NEXT)}</nav>
        }
    })
}
