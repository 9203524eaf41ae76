//! A moment, told.

use crate::model::Timestamp;
use leptos::prelude::*;

/// A moment in UTC; the browser retells it in its own zone. `at` may change there.
#[component]
pub fn Moment(#[prop(into)] at: Signal<Timestamp>) -> impl IntoView {
    view! { <time datetime=move || at.get().to_string()>{at.get_untracked().in_words()}</time> }
}

/// A moment that is still to come: told exactly, here and in the browser.
#[component]
pub fn Due(at: Timestamp) -> impl IntoView {
    view! { <time datetime=at.to_string() data-due="">{at.in_words()}</time> }
}
