//! The button that sends a form.

use super::Feedback;
use crate::ui::{
    components::{Icon, Shape},
    words,
};
use leptos::prelude::*;

/// Sends its form. While the answer is awaited it keeps its place, its words and the focus.
#[component]
pub fn SubmitButton(
    form: Feedback,
    label: &'static str,
    /// How it looks, beside that it spins.
    #[prop(default = "primary")]
    class: &'static str,
) -> impl IntoView {
    let waits = move || form.is_waiting().then_some("true");
    view! {
        <button class=format!("spins {class}") type="submit" aria-disabled=waits>
            <span>{label}</span>
            <Icon shape=Shape::Spinner />
        </button>
        <span class="visually-hidden" aria-live="polite">{move || form.is_waiting().then_some(words::WORKING)}</span>
    }
}
