//! The form that verifies an address by a link.

use crate::{
    model::FormErrors,
    server_fns::VerifyEmail,
    ui::{
        forms::{Feedback, FormErrorAlert, SubmitButton},
        text,
    },
};
use leptos::{form::ActionForm, prelude::*};

/// Button that verifies the address. Its children carry the link's token, so that it is not serialized as a prop.
#[island]
pub fn VerifyForm(before: FormErrors, children: Children) -> impl IntoView {
    let (action, form) = Feedback::redirecting::<VerifyEmail>(before, "");
    view! {
        <ActionForm action on:submit:capture=move |event| form.hold(&event)>
            {children()}
            <FormErrorAlert form />
            <SubmitButton form label=text::VERIFY_SUBMIT />
        </ActionForm>
    }
}
