//! The password confirmation form.

use crate::{
    model::FormState,
    server_fns::Confirm,
    ui::{
        forms::{AccountField, Feedback, Field, Form, FormErrorAlert, SubmitButton, fields::PASSWORD},
        text::own_account,
    },
};
use leptos::prelude::*;

/// Form that asks for the password again and leads to `next`, a path of this site.
#[cfg_attr(feature = "split", island(lazy))]
#[cfg_attr(not(feature = "split"), island)]
pub fn ConfirmForm(before: FormState, email: String, next: String) -> impl IntoView {
    let form = Feedback::redirecting::<Confirm>(before.errors, PASSWORD.name);
    view! {
        <Form form>
            <FormErrorAlert form />
            <AccountField email />
            <Field spec=&PASSWORD form />
            <input type="hidden" name="next" value=next />
            <SubmitButton form label=own_account::CONFIRM_SUBMIT />
        </Form>
    }
}
