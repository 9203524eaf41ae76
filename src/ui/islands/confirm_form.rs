//! The password confirmation form.

use crate::{
    model::FormState,
    server_fns::Confirm,
    ui::{
        forms::{AccountField, Feedback, Field, FormErrorAlert, SubmitButton, fields::PASSWORD},
        text::own_account,
    },
};
use leptos::{form::ActionForm, prelude::*};

/// Form that asks for the password again and leads to `next`, a path of this site.
#[island]
pub fn ConfirmForm(before: FormState, email: String, next: String) -> impl IntoView {
    let (action, form) = Feedback::redirecting::<Confirm>(before.errors, PASSWORD.name);
    view! {
        <ActionForm action attr:novalidate=true on:submit:capture=move |event| form.hold(&event)>
            <FormErrorAlert form />
            <AccountField email />
            <Field spec=&PASSWORD form />
            <input type="hidden" name="next" value=next />
            <SubmitButton form label=own_account::CONFIRM_SUBMIT />
        </ActionForm>
    }
}
