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
        forms::{Feedback, Field, FieldSpec, Form, FormErrorAlert, SubmitButton, fields},
        text,
    },
};
use leptos::prelude::*;

const NAME: FieldSpec = FieldSpec { label: text::DISPLAY_NAME, ..fields::NAME };

/// Form that changes the display name, here and on all open pages.
#[cfg_attr(feature = "split", island(lazy))]
#[cfg_attr(not(feature = "split"), island)]
pub fn RenameForm(before: FormState, name: String) -> impl IntoView {
    let value = before.kept(NAME.name).unwrap_or(name);
    let form = Feedback::of::<Rename>(before.errors, "");
    let sent = RwSignal::new(value.clone());
    let message = RwSignal::new(None::<String>);
    Effect::new(move |_| {
        if let Some(name) = form.sent(NAME.name) {
            sent.set(name.trim().to_owned());
            message.set(None);
        }
    });
    form.when_done(move |_, notice| {
        let name = sent.get_untracked();
        names::show(&name);
        channel::send(&TabMessage::Renamed(name));
        message.set(notice);
    });
    view! {
        <Form form class="inline">
            <FormErrorAlert form />
            <Field spec=&NAME form value=Some(value) />
            <SubmitButton form label=text::SAVE_NAME class="" />
            <StatusMessage message />
        </Form>
    }
}
