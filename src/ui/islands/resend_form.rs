//! The form that requests the verification mail again.

use crate::{
    model::FormState,
    server_fns::ResendVerification,
    ui::{
        forms::{Feedback, Field, SubmitButton, fields::IDENTIFIER},
        text,
    },
};
use leptos::{form::ActionForm, prelude::*};

/// Form that requests the verification mail again and leads to the page where its code is entered.
#[island]
pub fn ResendForm(before: FormState) -> impl IntoView {
    let value = before.kept(IDENTIFIER.name);
    let (action, form) = Feedback::redirecting::<ResendVerification>(before.errors, "");
    view! {
        <ActionForm action attr:novalidate=true on:submit:capture=move |event| form.hold(&event)>
            <p class="alert" role="alert">{move || form.message()}</p>
            <Field spec=&IDENTIFIER form value />
            <SubmitButton form label=text::RESEND class="" />
        </ActionForm>
    }
}
