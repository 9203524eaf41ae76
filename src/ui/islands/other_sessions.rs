//! The user's other sessions.

use super::end_others::EndOthers;
use crate::{
    model::{FormErrors, OwnSession, SessionsPage},
    server_fns::EndSession,
    ui::{
        browser::navigation,
        components::{SessionFacts, StatusMessage},
        forms::{Feedback, Form},
        text,
    },
};
use leptos::prelude::*;

const STATUS_ID: &str = "ended";

/// Lists the other sessions, each with a button that ends it. The account page also has a button that ends all
/// of them.
#[cfg_attr(feature = "split", island(lazy))]
#[cfg_attr(not(feature = "split"), island)]
pub fn OtherSessions(sessions: Vec<OwnSession>, page: SessionsPage) -> impl IntoView {
    let sessions = RwSignal::new(sessions);
    let message = RwSignal::new(None::<String>);
    // The button that had the focus is gone, so the notice gets it.
    let tell = move |notice| {
        message.set(notice);
        navigation::focus(STATUS_ID.to_owned());
    };
    let is_empty = move || sessions.read().is_empty();
    view! {
        <StatusMessage message id=STATUS_ID />
        {(page == SessionsPage::Account).then(|| view! { <EndOthers sessions tell /> })}
        <ul class="rows" hidden=is_empty>
            <For each=move || sessions.get() key=|session| session.id.clone() let:session>
                <SessionRow session sessions page tell />
            </For>
        </ul>
        <p class="empty" hidden=move || !is_empty()>{text::NO_OTHER_SESSIONS}</p>
    }
}

#[component]
fn SessionRow(
    session: OwnSession,
    sessions: RwSignal<Vec<OwnSession>>,
    page: SessionsPage,
    tell: impl Fn(Option<String>) + Copy + 'static,
) -> impl IntoView {
    let OwnSession { id, device, .. } = session.clone();
    let form = Feedback::of::<EndSession>(FormErrors::default(), "");
    form.when_done({
        let id = id.clone();
        move |_, notice| {
            sessions.update(|sessions| sessions.retain(|session| session.id != id));
            tell(notice);
        }
    });
    view! {
        <li class="row">
            <SessionFacts session />
            <Form form>
                <input type="hidden" name="id" value=id />
                <input type="hidden" name="back" value=page.path() />
                <button type="submit" aria-disabled=move || form.is_waiting().then_some("true")>
                    {text::END_SESSION}
                    <span class="visually-hidden">" " {device}</span>
                </button>
            </Form>
            <p class="alert" role="alert">{move || form.message()}</p>
        </li>
    }
}
