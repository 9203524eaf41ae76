//! The submit button.

use super::Feedback;
use crate::ui::{
    components::{Icon, Shape},
    text,
};
use leptos::prelude::*;

/// Submits its form. While the response is pending it keeps its position, label and focus.
#[component]
pub fn SubmitButton(
    form: Feedback,
    label: &'static str,
    /// CSS class in addition to `spins`.
    #[prop(default = "primary")]
    class: &'static str,
) -> impl IntoView {
    let waits = move || form.is_waiting().then_some("true");
    view! {
        <button class=format!("spins {class}") type="submit" aria-disabled=waits>
            <span>{label}</span>
            <Icon shape=Shape::Spinner />
        </button>
        <span class="visually-hidden" aria-live="polite">{move || form.is_waiting().then_some(text::WORKING)}</span>
    }
}
