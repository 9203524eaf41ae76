//! The form element.

use super::Feedback;
use leptos::prelude::*;

/// Form that sends its fields to the server function of its state, with or without scripts.
#[component]
pub fn Form(form: Feedback, #[prop(optional)] class: Option<&'static str>, children: Children) -> impl IntoView {
    view! {
        <form method="post" action=form.path() class=class novalidate=true on:submit=move |event| form.submit(&event)>
            {children()}
        </form>
    }
}
