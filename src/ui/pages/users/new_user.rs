//! The form for a new user.

use super::{AppLayout, changes::RoleBoxes, load};
use crate::{
    model::{FormName, Page, USER, UserToCreate},
    server_fns::{CreateUser, user_to_create},
    ui::{
        components::Breadcrumbs,
        context::PageContext,
        forms::{
            Feedback, Field, FieldSpec, Form, FormErrorAlert, InputKind, SubmitButton,
            fields::{EMAIL, NAME, NEW_PASSWORD, USERNAME},
        },
        text::users as words,
    },
};
use leptos::prelude::*;

const THEIR_EMAIL: FieldSpec = FieldSpec { autocomplete: "off", ..EMAIL };
const THEIR_NAME: FieldSpec = FieldSpec { label: words::NAME, autocomplete: "off", ..NAME };
const THEIR_USERNAME: FieldSpec = FieldSpec { autocomplete: "off", ..USERNAME };
const THEIR_PASSWORD: FieldSpec = FieldSpec { label: words::PASSWORD, kind: InputKind::Password, ..NEW_PASSWORD };

/// Page that creates a user.
#[component]
pub fn NewUserPage() -> impl IntoView {
    load(user_to_create(), |asked| view! { <NewUser asked /> })
}

#[component]
fn NewUser(asked: UserToCreate) -> impl IntoView {
    let before = PageContext::current().flash.state_of(FormName::NewUser);
    let form = Feedback::of::<CreateUser>(before.errors.clone(), "");
    let chosen = before.kept("roles").unwrap_or_else(|| USER.to_owned());
    let held = chosen.split(' ').map(str::to_owned).collect();
    let is_verified = before.kept("verified").is_some_and(|verified| !verified.is_empty());
    view! {
        <AppLayout class="admin question" now=asked.now>
            <Breadcrumbs list=Page::Users address=Page::Users.path() here=words::CREATE />
            <h1>{words::CREATE}</h1>
            <p>{words::CREATE_LEAD}</p>
            <Form form class="stack">
                <FormErrorAlert form />
                <Field spec=&THEIR_EMAIL form value=before.kept(EMAIL.name) />
                <Field spec=&THEIR_NAME form value=before.kept(NAME.name) hint=words::NAME_HINT.to_owned() />
                <Field spec=&THEIR_USERNAME form value=before.kept(USERNAME.name) />
                <Field spec=&THEIR_PASSWORD form hint=words::PASSWORD_HINT.to_owned() />
                <label class="tick">
                    <input type="checkbox" name="verified" value="yes" checked=is_verified />
                    <span>{words::VERIFIED_TICK}</span>
                </label>
                <RoleBoxes roles=asked.roles held />
                <SubmitButton form label=words::CREATE_SUBMIT />
            </Form>
        </AppLayout>
    }
}
