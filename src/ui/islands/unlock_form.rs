//! Opening a lock by a link.

use crate::{
    model::Refusal,
    server_fns::Unlock,
    ui::{
        forms::{Feedback, RefusalAlert, SubmitButton},
        words,
    },
};
use leptos::{form::ActionForm, prelude::*};

/// A button that opens. Its children carry the link's token, so that it is no prop.
#[island]
pub fn UnlockForm(before: Refusal, children: Children) -> impl IntoView {
    let action = ServerAction::<Unlock>::new();
    let form = Feedback::of(action, before, "");
    Feedback::when_done(action, move |to, notice| form.leave_for(&to, notice));
    view! {
        <ActionForm action on:submit:capture=move |event| form.hold(&event)>
            {children()}
            <RefusalAlert form />
            <SubmitButton form label=words::UNLOCK_SUBMIT />
        </ActionForm>
    }
}
