//! The forms that change the email address: request, then confirm by code.

use crate::{
    model::FormState,
    server_fns::{ChangeEmail, ConfirmNewEmail},
    ui::{
        forms::{Feedback, Field, FieldSpec, Form, FormErrorAlert, SubmitButton, fields},
        text::own_account,
    },
};
use leptos::prelude::*;

const EMAIL: FieldSpec = FieldSpec { label: own_account::NEW_EMAIL, ..fields::EMAIL };
const CODE: FieldSpec = FieldSpec { label: own_account::CODE, ..fields::CODE };

/// Form that requests a confirmation mail to the new address.
#[cfg_attr(feature = "split", island(lazy))]
#[cfg_attr(not(feature = "split"), island)]
pub fn NewEmailForm(before: FormState) -> impl IntoView {
    let value = before.kept(EMAIL.name);
    let form = Feedback::redirecting::<ChangeEmail>(before.errors, "");
    view! {
        <Form form class="inline">
            <FormErrorAlert form />
            <Field spec=&EMAIL form value hint=own_account::NEW_EMAIL_HINT.to_owned() />
            <SubmitButton form label=own_account::CHANGE_EMAIL class="" />
        </Form>
    }
}

/// Form that takes the code from that mail.
#[cfg_attr(feature = "split", island(lazy))]
#[cfg_attr(not(feature = "split"), island)]
pub fn EmailCodeForm(before: FormState) -> impl IntoView {
    let value = before.kept(CODE.name);
    let form = Feedback::redirecting::<ConfirmNewEmail>(before.errors, "");
    view! {
        <Form form class="inline">
            <FormErrorAlert form />
            <Field spec=&CODE form value hint=own_account::CODE_HINT.to_owned() />
            <SubmitButton form label=own_account::CONFIRM_EMAIL class="" />
        </Form>
    }
}
