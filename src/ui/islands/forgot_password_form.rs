//! The form that requests a password reset link.

use crate::{
    model::FormState,
    server_fns::ForgotPassword,
    ui::{
        forms::{Feedback, Field, FieldSpec, Form, FormErrorAlert, SubmitButton, fields},
        text,
    },
};
use leptos::prelude::*;

const EMAIL: FieldSpec = FieldSpec { autocomplete: "username", ..fields::EMAIL };

/// Form that requests a password reset link for an address.
#[island]
pub fn ForgotPasswordForm(before: FormState) -> impl IntoView {
    let email = before.kept(EMAIL.name);
    let form = Feedback::redirecting::<ForgotPassword>(before.errors, EMAIL.name);
    view! {
        <Form form>
            <FormErrorAlert form />
            <Field spec=&EMAIL form value=email />
            <SubmitButton form label=text::FORGOT_SUBMIT />
        </Form>
    }
}
