//! The form that requests a password reset link.

use crate::{
    model::FormState,
    server_fns::ForgotPassword,
    ui::{
        forms::{Feedback, Field, FieldSpec, InputKind, RefusalAlert, SubmitButton},
        text,
    },
};
use leptos::{form::ActionForm, prelude::*};

const EMAIL: FieldSpec =
    FieldSpec { name: "email", label: text::EMAIL, kind: InputKind::Name, autocomplete: "username" };

/// Form that requests a password reset link for an address.
#[island]
pub fn ForgotPasswordForm(before: FormState) -> impl IntoView {
    let action = ServerAction::<ForgotPassword>::new();
    let email = before.kept(EMAIL.name);
    let form = Feedback::of(action, before.errors, EMAIL.name);
    Feedback::when_done(action, move |to, notice| form.leave_for(&to, notice));
    view! {
        <ActionForm action attr:novalidate=true on:submit:capture=move |event| form.hold(&event)>
            <RefusalAlert form />
            <Field spec=&EMAIL form value=email />
            <SubmitButton form label=text::FORGOT_SUBMIT />
        </ActionForm>
    }
}
