//! The form that requests the verification mail again.

use crate::{
    model::FormState,
    server_fns::ResendVerification,
    ui::{
        forms::{Feedback, Field, FieldSpec, InputKind, SubmitButton},
        text,
    },
};
use leptos::{form::ActionForm, prelude::*};

const IDENTIFIER: FieldSpec =
    FieldSpec { name: "identifier", label: text::IDENTIFIER, kind: InputKind::Name, autocomplete: "username" };

/// Form that requests the verification mail again and leads to the page where its code is entered.
#[island]
pub fn ResendForm(before: FormState) -> impl IntoView {
    let action = ServerAction::<ResendVerification>::new();
    let value = before.kept(IDENTIFIER.name);
    let form = Feedback::of(action, before.errors, "");
    Feedback::when_done(action, move |to, notice| form.leave_for(&to, notice));
    view! {
        <ActionForm action attr:novalidate=true on:submit:capture=move |event| form.hold(&event)>
            <p class="alert" role="alert">{move || form.message()}</p>
            <Field spec=&IDENTIFIER form value />
            <SubmitButton form label=text::RESEND class="" />
        </ActionForm>
    }
}
