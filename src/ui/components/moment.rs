//! A moment, told.

use crate::model::Timestamp;
use leptos::prelude::*;

/// A moment in UTC; the browser retells it in its own zone. `at` may change there.
#[component]
pub fn Moment(#[prop(into)] at: Signal<Timestamp>) -> impl IntoView {
    view! { <time datetime=move || at.get().to_string()>{at.get_untracked().in_words()}</time> }
}
