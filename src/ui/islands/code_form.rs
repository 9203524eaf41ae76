//! The form that verifies an address by code.

use crate::{
    model::FormState,
    server_fns::VerifyEmail,
    ui::{
        forms::{Feedback, Field, FieldSpec, InputKind, RefusalAlert, SubmitButton},
        text,
    },
};
use leptos::{form::ActionForm, prelude::*};

const EMAIL: FieldSpec = FieldSpec { name: "email", label: text::EMAIL, kind: InputKind::Name, autocomplete: "email" };
const CODE: FieldSpec =
    FieldSpec { name: "code", label: text::CODE, kind: InputKind::Code, autocomplete: "one-time-code" };

/// Form that verifies an address by the code that was mailed to it.
#[island]
pub fn CodeForm(before: FormState) -> impl IntoView {
    let action = ServerAction::<VerifyEmail>::new();
    let email = before.kept(EMAIL.name);
    let form = Feedback::of(action, before.errors, if email.is_some() { CODE.name } else { EMAIL.name });
    Feedback::when_done(action, move |to, notice| form.leave_for(&to, notice));
    view! {
        <ActionForm action attr:novalidate=true on:submit:capture=move |event| form.hold(&event)>
            <RefusalAlert form />
            <Field spec=&EMAIL form value=email />
            <Field spec=&CODE form hint=text::CODE_HINT.to_owned() />
            <SubmitButton form label=text::VERIFY_SUBMIT />
        </ActionForm>
    }
}
