//! The field of a form that uploads a file.

use super::{Icon, Shape};
use crate::{
    model::{FieldError, FormName},
    ui::context::PageContext,
};
use leptos::prelude::*;

/// Field with its hint and, if the form was refused, why.
#[component]
pub fn FileField(
    form: FormName,
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    /// The kinds of files to choose from, as in the attribute of this name.
    accept: &'static str,
    #[prop(optional)] required: bool,
) -> impl IntoView {
    let errors = PageContext::current().flash.state_of(form).errors;
    let error = errors.fields.into_iter().next().map(|FieldError { message, .. }| message);
    let is_refused = error.is_some();
    let (hint_id, error_id) = (format!("hint-{name}"), format!("error-{name}"));
    let described_by = if is_refused { format!("{error_id} {hint_id}") } else { hint_id.clone() };
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <input
                id=name
                name=name
                type="file"
                accept=accept
                required=required
                autofocus=is_refused
                aria-invalid=is_refused.then_some("true")
                aria-describedby=described_by
            />
            {error.map(|error| view! {
                <p class="error" id=error_id>
                    <Icon shape=Shape::Alert />
                    <span>{error}</span>
                </p>
            })}
            <p class="hint" id=hint_id>{hint}</p>
        </div>
    }
}
