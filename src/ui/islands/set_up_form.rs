//! The set-up form.

use crate::{
    model::FormState,
    server_fns::SetUp,
    ui::{
        forms::{Feedback, Field, FieldSpec, InputKind, RefusalAlert, SubmitButton},
        text,
    },
};
use leptos::{form::ActionForm, prelude::*};

const NAME: FieldSpec = FieldSpec { name: "name", label: text::NAME, kind: InputKind::Text, autocomplete: "name" };
const EMAIL: FieldSpec = FieldSpec { name: "email", label: text::EMAIL, kind: InputKind::Name, autocomplete: "email" };
const USERNAME: FieldSpec =
    FieldSpec { name: "username", label: text::USERNAME, kind: InputKind::Name, autocomplete: "username" };
const PASSWORD: FieldSpec =
    FieldSpec { name: "password", label: text::PASSWORD, kind: InputKind::NewPassword, autocomplete: "new-password" };

/// Form that creates the first administrator. Its children carry the token, so that it is not serialized as a prop.
#[island]
pub fn SetUpForm(before: FormState, min_password_length: usize, children: Children) -> impl IntoView {
    let action = ServerAction::<SetUp>::new();
    let form = Feedback::of(action, before.errors.clone(), NAME.name);
    Feedback::when_done(action, move |to, notice| form.leave_for(&to, notice));
    let password_hint = Some(text::password_hint(min_password_length));
    view! {
        <ActionForm action attr:novalidate=true on:submit:capture=move |event| form.hold(&event)>
            {children()}
            <RefusalAlert form />
            <Field spec=&NAME form value=before.kept(NAME.name) hint=text::NAME_HINT.to_owned() />
            <Field spec=&EMAIL form value=before.kept(EMAIL.name) />
            <Field spec=&USERNAME form value=before.kept(USERNAME.name) hint=text::USERNAME_HINT.to_owned() />
            <Field spec=&PASSWORD form hint=password_hint />
            <SubmitButton form label=text::SET_UP_SUBMIT />
        </ActionForm>
    }
}
