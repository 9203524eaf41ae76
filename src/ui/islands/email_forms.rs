//! The forms that change the email address: request, then confirm by code.

use crate::{
    model::FormState,
    server_fns::{ChangeEmail, ConfirmNewEmail},
    ui::{
        forms::{Feedback, Field, FieldSpec, InputKind, RefusalAlert, SubmitButton},
        text::own_account,
    },
};
use leptos::{form::ActionForm, prelude::*};

const EMAIL: FieldSpec =
    FieldSpec { name: "email", label: own_account::NEW_EMAIL, kind: InputKind::Name, autocomplete: "email" };
const CODE: FieldSpec =
    FieldSpec { name: "code", label: own_account::CODE, kind: InputKind::Code, autocomplete: "one-time-code" };

/// Form that requests a confirmation mail to the new address.
#[island]
pub fn NewEmailForm(before: FormState) -> impl IntoView {
    let action = ServerAction::<ChangeEmail>::new();
    let value = before.kept(EMAIL.name);
    let form = Feedback::of(action, before.errors, "");
    Feedback::when_done(action, move |to, notice| form.leave_for(&to, notice));
    view! {
        <ActionForm action attr:novalidate=true attr:class="inline" on:submit:capture=move |event| form.hold(&event)>
            <RefusalAlert form />
            <Field spec=&EMAIL form value hint=own_account::NEW_EMAIL_HINT.to_owned() />
            <SubmitButton form label=own_account::CHANGE_EMAIL class="" />
        </ActionForm>
    }
}

/// Form that takes the code from that mail.
#[island]
pub fn EmailCodeForm(before: FormState) -> impl IntoView {
    let action = ServerAction::<ConfirmNewEmail>::new();
    let value = before.kept(CODE.name);
    let form = Feedback::of(action, before.errors, "");
    Feedback::when_done(action, move |to, notice| form.leave_for(&to, notice));
    view! {
        <ActionForm action attr:novalidate=true attr:class="inline" on:submit:capture=move |event| form.hold(&event)>
            <RefusalAlert form />
            <Field spec=&CODE form value hint=own_account::CODE_HINT.to_owned() />
            <SubmitButton form label=own_account::CONFIRM_EMAIL class="" />
        </ActionForm>
    }
}
