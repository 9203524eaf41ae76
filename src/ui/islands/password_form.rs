//! The form that changes the password.

use crate::{
    model::FormState,
    server_fns::ChangePassword,
    ui::{
        forms::{Feedback, Field, FieldSpec, InputKind, RefusalAlert, SubmitButton, Whose},
        text::{self, own_account},
    },
};
use leptos::{form::ActionForm, prelude::*};

const CURRENT: FieldSpec = FieldSpec {
    name: "current_password",
    label: own_account::CURRENT_PASSWORD,
    kind: InputKind::Password,
    autocomplete: "current-password",
};
const NEW: FieldSpec = FieldSpec {
    name: "new_password",
    label: own_account::NEW_PASSWORD,
    kind: InputKind::NewPassword,
    autocomplete: "new-password",
};

/// Form that changes the password of the account with this address.
#[island]
pub fn PasswordForm(before: FormState, min_password_length: usize, email: String) -> impl IntoView {
    let action = ServerAction::<ChangePassword>::new();
    let form = Feedback::of(action, before.errors, "");
    Feedback::when_done(action, move |to, notice| form.leave_for(&to, notice));
    let hint = Some(text::password_hint(min_password_length));
    view! {
        <ActionForm action attr:novalidate=true on:submit:capture=move |event| form.hold(&event)>
            <RefusalAlert form />
            <Whose email />
            <Field spec=&CURRENT form />
            <Field spec=&NEW form hint />
            <SubmitButton form label=own_account::CHANGE_PASSWORD class="" />
        </ActionForm>
    }
}
