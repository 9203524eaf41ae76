//! Where else one is signed in.

use crate::{
    model::{OwnSession, Refusal},
    server_fns::EndSession,
    ui::{
        browser::navigation,
        components::{Said, SessionFacts},
        forms::Feedback,
        words,
    },
};
use leptos::{form::ActionForm, prelude::*};

const STATUS_ID: &str = "ended";

/// Every other session, each with a button that ends it.
#[island]
pub fn OtherSessions(sessions: Vec<OwnSession>) -> impl IntoView {
    let sessions = RwSignal::new(sessions);
    let said = RwSignal::new(None::<String>);
    let is_empty = move || sessions.read().is_empty();
    view! {
        <Said said id=STATUS_ID />
        <ul class="rows" hidden=is_empty>
            <For each=move || sessions.get() key=|session| session.id.clone() let:session>
                <SessionRow session sessions said />
            </For>
        </ul>
        <p class="empty" hidden=move || !is_empty()>{words::NO_OTHER_SESSIONS}</p>
    }
}

#[component]
fn SessionRow(
    session: OwnSession,
    sessions: RwSignal<Vec<OwnSession>>,
    said: RwSignal<Option<String>>,
) -> impl IntoView {
    let OwnSession { id, device, .. } = session.clone();
    let action = ServerAction::<EndSession>::new();
    let form = Feedback::of(action, Refusal::default(), "");
    Feedback::when_done(action, {
        let id = id.clone();
        move |_, notice| {
            sessions.update(|sessions| sessions.retain(|session| session.id != id));
            said.set(notice);
            // The button that had the focus is gone.
            navigation::focus(STATUS_ID.to_owned());
        }
    });
    view! {
        <li class="row">
            <SessionFacts session />
            <ActionForm action on:submit:capture=move |event| form.hold(&event)>
                <input type="hidden" name="id" value=id />
                <button type="submit" aria-disabled=move || form.is_waiting().then_some("true")>
                    {words::END_SESSION}
                    <span class="visually-hidden">" " {device}</span>
                </button>
            </ActionForm>
            <p class="alert" role="alert">{move || form.message()}</p>
        </li>
    }
}
