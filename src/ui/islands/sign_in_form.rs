//! The sign-in form.

use crate::{
    model::FormState,
    server_fns::SignIn,
    ui::{
        browser::channel::{self, TabMessage},
        forms::{Feedback, Field, FieldSpec, InputKind, RefusalAlert, SubmitButton},
        words,
    },
};
use leptos::{form::ActionForm, prelude::*};

const IDENTIFIER: FieldSpec =
    FieldSpec { name: "identifier", label: words::IDENTIFIER, kind: InputKind::Name, autocomplete: "username" };
const PASSWORD: FieldSpec =
    FieldSpec { name: "password", label: words::PASSWORD, kind: InputKind::Password, autocomplete: "current-password" };

/// Signs in and goes where the answer leads; without scripts a plain form. `next` is a path of
/// this site.
#[island]
pub fn SignInForm(before: FormState, next: Option<String>) -> impl IntoView {
    let action = ServerAction::<SignIn>::new();
    let identifier = before.kept(IDENTIFIER.name);
    let form = Feedback::of(action, before.refusal, IDENTIFIER.name);
    Feedback::when_done(action, move |to, notice| {
        channel::tell(&TabMessage::SignedIn);
        form.leave_for(&to, notice);
    });
    view! {
        <ActionForm action attr:novalidate=true on:submit:capture=move |event| form.hold(&event)>
            <RefusalAlert form />
            <Field spec=&IDENTIFIER form value=identifier />
            <Field spec=&PASSWORD form />
            {next.map(|next| view! { <input type="hidden" name="next" value=next /> })}
            <SubmitButton form label=words::SIGN_IN />
        </ActionForm>
    }
}
