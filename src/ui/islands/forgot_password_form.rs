//! The form that requests a password reset link.

use crate::{
    model::FormState,
    server_fns::ForgotPassword,
    ui::{
        forms::{Feedback, Field, FieldSpec, FormErrorAlert, SubmitButton, fields},
        text,
    },
};
use leptos::{form::ActionForm, prelude::*};

const EMAIL: FieldSpec = FieldSpec { autocomplete: "username", ..fields::EMAIL };

/// Form that requests a password reset link for an address.
#[island]
pub fn ForgotPasswordForm(before: FormState) -> impl IntoView {
    let email = before.kept(EMAIL.name);
    let (action, form) = Feedback::redirecting::<ForgotPassword>(before.errors, EMAIL.name);
    view! {
        <ActionForm action attr:novalidate=true on:submit:capture=move |event| form.hold(&event)>
            <FormErrorAlert form />
            <Field spec=&EMAIL form value=email />
            <SubmitButton form label=text::FORGOT_SUBMIT />
        </ActionForm>
    }
}
