//! The form that unlocks sign-in by a link.

use crate::{
    model::FormErrors,
    server_fns::Unlock,
    ui::{
        forms::{Feedback, FormErrorAlert, SubmitButton},
        text,
    },
};
use leptos::{form::ActionForm, prelude::*};

/// Button that unlocks sign-in. Its children carry the link's token, so that it is not serialized as a prop.
#[island]
pub fn UnlockForm(before: FormErrors, children: Children) -> impl IntoView {
    let (action, form) = Feedback::redirecting::<Unlock>(before, "");
    view! {
        <ActionForm action on:submit:capture=move |event| form.hold(&event)>
            {children()}
            <FormErrorAlert form />
            <SubmitButton form label=text::UNLOCK_SUBMIT />
        </ActionForm>
    }
}
