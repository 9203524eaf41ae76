//! The form that resets a password by a link.

use crate::{
    model::FormState,
    server_fns::ResetPassword,
    ui::{
        forms::{Feedback, Field, FieldSpec, Form, FormErrorAlert, InputKind, SubmitButton, fields},
        text,
    },
};
use leptos::prelude::*;

const ACCOUNT: FieldSpec =
    FieldSpec { name: "account", label: text::EMAIL, kind: InputKind::ReadOnly, autocomplete: "username" };
const PASSWORD: FieldSpec = FieldSpec { label: text::NEW_PASSWORD, ..fields::NEW_PASSWORD };

/// Form that sets a new password for the account with this address, which password managers store it under. Its
/// children carry the link's token, so that the token is not serialized as a prop.
#[island]
pub fn ResetPasswordForm(
    before: FormState,
    address: String,
    min_password_length: usize,
    children: Children,
) -> impl IntoView {
    let form = Feedback::redirecting::<ResetPassword>(before.errors, PASSWORD.name);
    let password_hint = Some(text::password_hint(min_password_length));
    view! {
        <Form form>
            {children()}
            <FormErrorAlert form />
            <Field spec=&ACCOUNT form value=Some(address) />
            <Field spec=&PASSWORD form hint=password_hint />
            <SubmitButton form label=text::RESET_SUBMIT />
        </Form>
    }
}
