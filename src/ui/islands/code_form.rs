//! The form that verifies an address by code.

use crate::{
    model::FormState,
    server_fns::VerifyEmail,
    ui::{
        forms::{
            Feedback, Field, Form, FormErrorAlert, SubmitButton,
            fields::{CODE, EMAIL},
        },
        text,
    },
};
use leptos::prelude::*;

/// Form that verifies an address by the code that was mailed to it.
#[island]
pub fn CodeForm(before: FormState) -> impl IntoView {
    let email = before.kept(EMAIL.name);
    let form =
        Feedback::redirecting::<VerifyEmail>(before.errors, if email.is_some() { CODE.name } else { EMAIL.name });
    view! {
        <Form form>
            <FormErrorAlert form />
            <Field spec=&EMAIL form value=email />
            <Field spec=&CODE form hint=text::CODE_HINT.to_owned() />
            <SubmitButton form label=text::VERIFY_SUBMIT />
        </Form>
    }
}
