//! The mark: a key.

use leptos::prelude::*;

/// The key, as high as its box. The same drawing as `public/favicon.svg`.
#[component]
pub fn KeyMark() -> impl IntoView {
    view! {
        <svg class="key" viewBox="0 0 32 32" aria-hidden="true">
            <path d="M16.3 12.6a6.5 6.5 0 1 0 0 6.8M10.8 16h17.2M22 16v4.6M27.2 16v5.6" />
        </svg>
    }
}
