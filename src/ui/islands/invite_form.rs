//! The invitation form.

use crate::{
    model::FormState,
    server_fns::Invite,
    ui::{
        forms::{Feedback, Field, FieldSpec, InputKind, RefusalAlert, SubmitButton},
        text::{self, admin},
    },
};
use leptos::{form::ActionForm, prelude::*};

const EMAIL: FieldSpec = FieldSpec { name: "email", label: text::EMAIL, kind: InputKind::Name, autocomplete: "off" };

/// Form that mails an invitation.
#[island]
pub fn InviteForm(before: FormState) -> impl IntoView {
    let action = ServerAction::<Invite>::new();
    let value = before.kept(EMAIL.name);
    let form = Feedback::of(action, before.errors, EMAIL.name);
    Feedback::when_done(action, move |to, notice| form.leave_for(&to, notice));
    view! {
        <ActionForm action attr:novalidate=true attr:class="inline" on:submit:capture=move |event| form.hold(&event)>
            <RefusalAlert form />
            <Field spec=&EMAIL form value />
            <SubmitButton form label=admin::INVITE_SUBMIT />
        </ActionForm>
    }
}
