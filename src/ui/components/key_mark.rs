//! The logo: a key.

use leptos::prelude::*;

/// The logo in the height of its box. Same drawing as `public/favicon.svg`.
#[component]
pub fn KeyMark() -> impl IntoView {
    view! {
        <svg class="key" viewBox="0 0 32 32" aria-hidden="true">
            <path d="M14.6 11.2a6.6 6.6 0 1 0 0 9.6M14 16h13M21.5 16v4.5M27 16v5.5" />
        </svg>
    }
}
