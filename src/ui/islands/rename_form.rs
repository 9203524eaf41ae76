//! The display name form.

use crate::{
    model::FormState,
    server_fns::Rename,
    ui::{
        browser::{
            channel::{self, TabMessage},
            names,
        },
        components::StatusMessage,
        forms::{Feedback, Field, FieldSpec, FormErrorAlert, SubmitButton, fields},
        text,
    },
};
use leptos::{form::ActionForm, prelude::*};

const NAME: FieldSpec = FieldSpec { label: text::DISPLAY_NAME, ..fields::NAME };

/// Form that changes the display name, here and on all open pages.
#[island]
pub fn RenameForm(before: FormState, name: String) -> impl IntoView {
    let action = ServerAction::<Rename>::new();
    let value = before.kept(NAME.name).unwrap_or(name);
    let form = Feedback::of(action, before.errors, "");
    let sent = RwSignal::new(value.clone());
    let message = RwSignal::new(None::<String>);
    let input = action.input();
    Effect::new(move |_| {
        if let Some(rename) = input.get() {
            sent.set(rename.name.trim().to_owned());
            message.set(None);
        }
    });
    Feedback::when_done(action, move |_, notice| {
        let name = sent.get_untracked();
        names::show(&name);
        channel::send(&TabMessage::Renamed(name));
        message.set(notice);
    });
    view! {
        <ActionForm action attr:novalidate=true attr:class="inline" on:submit:capture=move |event| form.hold(&event)>
            <FormErrorAlert form />
            <Field spec=&NAME form value=Some(value) />
            <SubmitButton form label=text::SAVE_NAME class="" />
            <StatusMessage message />
        </ActionForm>
    }
}
