//! The error of a form as a whole.

use super::Feedback;
use crate::ui::components::{Icon, Shape};
use leptos::prelude::*;

/// Shows the form's error above it. Always present, because live regions must exist before their text.
#[component]
pub fn FormErrorAlert(form: Feedback) -> impl IntoView {
    view! {
        <div class="alert" id=form.alert_id() role="alert" tabindex="-1" autofocus=form.begins_at(form.alert_id())>
            {move || form.message().map(|message| view! {
                <Icon shape=Shape::Alert />
                <span>{message}</span>
            })}
        </div>
    }
}
