//! The set-up form.

use crate::{
    model::FormState,
    server_fns::SetUp,
    ui::{
        forms::{
            Feedback, Field, Form, FormErrorAlert, SubmitButton,
            fields::{EMAIL, NAME, NEW_PASSWORD, USERNAME},
        },
        text,
    },
};
use leptos::prelude::*;

/// Form that creates the first administrator. Its children carry the token, so that it is not serialized as a prop.
#[cfg_attr(feature = "split", island(lazy))]
#[cfg_attr(not(feature = "split"), island)]
pub fn SetUpForm(before: FormState, min_password_length: usize, children: Children) -> impl IntoView {
    let form = Feedback::redirecting::<SetUp>(before.errors.clone(), NAME.name);
    let password_hint = Some(text::password_hint(min_password_length));
    view! {
        <Form form>
            {children()}
            <FormErrorAlert form />
            <Field spec=&NAME form value=before.kept(NAME.name) hint=text::NAME_HINT.to_owned() />
            <Field spec=&EMAIL form value=before.kept(EMAIL.name) />
            <Field spec=&USERNAME form value=before.kept(USERNAME.name) hint=text::USERNAME_HINT.to_owned() />
            <Field spec=&NEW_PASSWORD form hint=password_hint />
            <SubmitButton form label=text::SET_UP_SUBMIT />
        </Form>
    }
}
