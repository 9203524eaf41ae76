//! Moments in time.

use crate::model::Timestamp;
use leptos::prelude::*;

/// Moment in UTC. The browser rewrites it in the local time zone. There `at` may change.
#[component]
pub fn Moment(#[prop(into)] at: Signal<Timestamp>) -> impl IntoView {
    view! { <time datetime=move || at.get().to_string()>{at.get_untracked().in_words()}</time> }
}

/// Future moment. The browser shows its exact local time, never a relative one.
#[component]
pub fn Due(at: Timestamp) -> impl IntoView {
    view! { <time datetime=at.to_string() data-due="">{at.in_words()}</time> }
}
