//! The form that deletes the account.

use crate::{
    model::FormState,
    server_fns::DeleteAccount,
    ui::{
        forms::{Checkbox, Feedback, FormErrorAlert, SubmitButton},
        text::own_account,
    },
};
use leptos::{form::ActionForm, prelude::*};

/// Form that deletes the user's own account once its box is ticked.
#[island]
pub fn DeleteAccountForm(before: FormState) -> impl IntoView {
    let (action, form) = Feedback::redirecting::<DeleteAccount>(before.errors, "");
    view! {
        <ActionForm action attr:novalidate=true on:submit:capture=move |event| form.hold(&event)>
            <FormErrorAlert form />
            <Checkbox name="sure" label=own_account::DELETE_SURE form />
            <SubmitButton form label=own_account::DELETE class="danger" />
        </ActionForm>
    }
}
