//! The form that verifies an address by a link.

use crate::{
    model::FormErrors,
    server_fns::VerifyEmail,
    ui::{
        forms::{Feedback, Form, FormErrorAlert, SubmitButton},
        text,
    },
};
use leptos::prelude::*;

/// Button that verifies the address. Its children carry the link's token, so that it is not serialized as a prop.
#[island]
pub fn VerifyForm(before: FormErrors, children: Children) -> impl IntoView {
    let form = Feedback::redirecting::<VerifyEmail>(before, "");
    view! {
        <Form form>
            {children()}
            <FormErrorAlert form />
            <SubmitButton form label=text::VERIFY_SUBMIT />
        </Form>
    }
}
