//! The password confirmation form.

use crate::{
    model::FormState,
    server_fns::Confirm,
    ui::{
        forms::{Feedback, Field, FieldSpec, InputKind, RefusalAlert, SubmitButton, Whose},
        text::{self, own_account},
    },
};
use leptos::{form::ActionForm, prelude::*};

const PASSWORD: FieldSpec =
    FieldSpec { name: "password", label: text::PASSWORD, kind: InputKind::Password, autocomplete: "current-password" };

/// Form that asks for the password again and leads to `next`, a path of this site.
#[island]
pub fn ConfirmForm(before: FormState, email: String, next: String) -> impl IntoView {
    let action = ServerAction::<Confirm>::new();
    let form = Feedback::of(action, before.errors, PASSWORD.name);
    Feedback::when_done(action, move |to, notice| form.leave_for(&to, notice));
    view! {
        <ActionForm action attr:novalidate=true on:submit:capture=move |event| form.hold(&event)>
            <RefusalAlert form />
            <Whose email />
            <Field spec=&PASSWORD form />
            <input type="hidden" name="next" value=next />
            <SubmitButton form label=own_account::CONFIRM_SUBMIT />
        </ActionForm>
    }
}
