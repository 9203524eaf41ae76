//! Why a form was refused, where no field is to blame.

use super::Feedback;
use crate::ui::components::{Icon, Shape};
use leptos::prelude::*;

/// Says above a form why it was refused. There from the beginning, as a live region must be.
#[component]
pub fn RefusalAlert(form: Feedback) -> impl IntoView {
    view! {
        <div class="alert" id=form.refusal_id() role="alert" tabindex="-1" autofocus=form.begins_at(form.refusal_id())>
            {move || form.message().map(|message| view! {
                <Icon shape=Shape::Alert />
                <span>{message}</span>
            })}
        </div>
    }
}
