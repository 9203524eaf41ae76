//! A checkbox with its error.

use super::feedback::{Feedback, id_of};
use crate::ui::components::{Icon, Shape};
use leptos::prelude::*;

/// Checkbox that submits `yes` when checked. Its error is linked to it for screen readers.
#[component]
pub fn Checkbox(name: &'static str, label: &'static str, form: Feedback) -> impl IntoView {
    let error = Memo::new(move |_| form.error_of(name));
    let error_id = format!("error-{name}");
    let id = id_of(name);
    let begins_here = form.begins_at(&id);
    let describes = {
        let error_id = error_id.clone();
        move || error.read().is_some().then(|| error_id.clone())
    };
    view! {
        <div class="field">
            <label class="tick">
                <input
                    id=id
                    name=name
                    type="checkbox"
                    value="yes"
                    autofocus=begins_here
                    aria-describedby=describes
                    aria-invalid=move || error.read().is_some().then_some("true")
                />
                <span>{label}</span>
            </label>
            <p class="error" id=error_id>
                {move || error.get().map(|message| view! {
                    <Icon shape=Shape::Alert />
                    <span>{message}</span>
                })}
            </p>
        </div>
    }
}
