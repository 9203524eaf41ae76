//! The button that ends all other sessions.

use crate::{
    model::{FormErrors, OwnSession},
    server_fns::EndOtherSessions,
    ui::{
        forms::{Feedback, FormErrorAlert, SubmitButton},
        text::own_account,
    },
};
use leptos::{form::ActionForm, prelude::*};

/// Button that ends all other sessions, shown while there are any. `tell` shows the notice.
#[component]
pub fn EndOthers(sessions: RwSignal<Vec<OwnSession>>, tell: impl Fn(Option<String>) + Copy + 'static) -> impl IntoView {
    let action = ServerAction::<EndOtherSessions>::new();
    let form = Feedback::of(action, FormErrors::default(), "");
    Feedback::when_done(action, move |_, notice| {
        sessions.set(Vec::new());
        tell(notice);
    });
    view! {
        <div hidden=move || sessions.read().is_empty()>
            <ActionForm action on:submit:capture=move |event| form.hold(&event)>
                <FormErrorAlert form />
                <SubmitButton form label=own_account::END_OTHERS class="" />
            </ActionForm>
        </div>
    }
}
