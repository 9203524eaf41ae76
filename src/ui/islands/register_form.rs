//! The registration form.

use crate::{
    model::FormState,
    server_fns::Register,
    ui::{
        forms::{
            Feedback, Field, FieldSpec, Form, FormErrorAlert, InputKind, SubmitButton,
            fields::{EMAIL, NAME, NEW_PASSWORD, USERNAME},
        },
        text,
    },
};
use leptos::prelude::*;

const INVITED: FieldSpec = FieldSpec { kind: InputKind::ReadOnly, ..EMAIL };

/// Form that creates an account, for the address `invited` if there is an invitation. Its children carry the
/// invitation's token, so that the token is not serialized as a prop.
#[island]
pub fn RegisterForm(
    before: FormState,
    invited: Option<String>,
    min_password_length: usize,
    children: Children,
) -> impl IntoView {
    let form = Feedback::redirecting::<Register>(before.errors.clone(), NAME.name);
    let email = match invited {
        Some(address) => {
            view! { <Field spec=&INVITED form value=Some(address) hint=text::INVITED_HINT.to_owned() /> }
        }
        None => view! { <Field spec=&EMAIL form value=before.kept(EMAIL.name) /> },
    };
    let password_hint = Some(text::password_hint(min_password_length));
    view! {
        <Form form>
            {children()}
            <FormErrorAlert form />
            <Field spec=&NAME form value=before.kept(NAME.name) hint=text::NAME_HINT.to_owned() />
            {email}
            <Field spec=&USERNAME form value=before.kept(USERNAME.name) hint=text::USERNAME_HINT.to_owned() />
            <Field spec=&NEW_PASSWORD form hint=password_hint />
            <SubmitButton form label=text::REGISTER_SUBMIT />
        </Form>
    }
}
