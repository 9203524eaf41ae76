//! The form that changes the password.

use crate::{
    model::FormState,
    server_fns::ChangePassword,
    ui::{
        forms::{AccountField, Feedback, Field, FieldSpec, Form, FormErrorAlert, SubmitButton, fields},
        text::{self, own_account},
    },
};
use leptos::prelude::*;

const CURRENT: FieldSpec =
    FieldSpec { name: "current_password", label: own_account::CURRENT_PASSWORD, ..fields::PASSWORD };
const NEW: FieldSpec = FieldSpec { name: "new_password", label: own_account::NEW_PASSWORD, ..fields::NEW_PASSWORD };

/// Form that changes the password of the account with this address.
#[cfg_attr(feature = "split", island(lazy))]
#[cfg_attr(not(feature = "split"), island)]
pub fn PasswordForm(before: FormState, min_password_length: usize, email: String) -> impl IntoView {
    let form = Feedback::redirecting::<ChangePassword>(before.errors, "");
    let hint = Some(text::password_hint(min_password_length));
    view! {
        <Form form>
            <FormErrorAlert form />
            <AccountField email />
            <Field spec=&CURRENT form />
            <Field spec=&NEW form hint />
            <SubmitButton form label=own_account::CHANGE_PASSWORD class="" />
        </Form>
    }
}
