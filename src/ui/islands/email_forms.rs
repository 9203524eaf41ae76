//! The forms that change the email address: request, then confirm by code.

use crate::{
    model::FormState,
    server_fns::{ChangeEmail, ConfirmNewEmail},
    ui::{
        forms::{Feedback, Field, FieldSpec, FormErrorAlert, SubmitButton, fields},
        text::own_account,
    },
};
use leptos::{form::ActionForm, prelude::*};

const EMAIL: FieldSpec = FieldSpec { label: own_account::NEW_EMAIL, ..fields::EMAIL };
const CODE: FieldSpec = FieldSpec { label: own_account::CODE, ..fields::CODE };

/// Form that requests a confirmation mail to the new address.
#[island]
pub fn NewEmailForm(before: FormState) -> impl IntoView {
    let value = before.kept(EMAIL.name);
    let (action, form) = Feedback::redirecting::<ChangeEmail>(before.errors, "");
    view! {
        <ActionForm action attr:novalidate=true attr:class="inline" on:submit:capture=move |event| form.hold(&event)>
            <FormErrorAlert form />
            <Field spec=&EMAIL form value hint=own_account::NEW_EMAIL_HINT.to_owned() />
            <SubmitButton form label=own_account::CHANGE_EMAIL class="" />
        </ActionForm>
    }
}

/// Form that takes the code from that mail.
#[island]
pub fn EmailCodeForm(before: FormState) -> impl IntoView {
    let value = before.kept(CODE.name);
    let (action, form) = Feedback::redirecting::<ConfirmNewEmail>(before.errors, "");
    view! {
        <ActionForm action attr:novalidate=true attr:class="inline" on:submit:capture=move |event| form.hold(&event)>
            <FormErrorAlert form />
            <Field spec=&CODE form value hint=own_account::CODE_HINT.to_owned() />
            <SubmitButton form label=own_account::CONFIRM_EMAIL class="" />
        </ActionForm>
    }
}
