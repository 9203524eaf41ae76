//! The form that deletes the account.

use crate::{
    model::FormState,
    server_fns::DeleteAccount,
    ui::{
        forms::{Checkbox, Feedback, Form, FormErrorAlert, SubmitButton},
        text::own_account,
    },
};
use leptos::prelude::*;

/// Form that deletes the user's own account once its box is ticked.
#[cfg_attr(feature = "split", island(lazy))]
#[cfg_attr(not(feature = "split"), island)]
pub fn DeleteAccountForm(before: FormState) -> impl IntoView {
    let form = Feedback::redirecting::<DeleteAccount>(before.errors, "");
    view! {
        <Form form>
            <FormErrorAlert form />
            <Checkbox name="sure" label=own_account::DELETE_SURE form />
            <SubmitButton form label=own_account::DELETE class="danger" />
        </Form>
    }
}
