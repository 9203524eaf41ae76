//! The button that ends all other sessions.

use crate::{
    model::{FormErrors, OwnSession},
    server_fns::EndOtherSessions,
    ui::{
        forms::{Feedback, Form, FormErrorAlert, SubmitButton},
        text::own_account,
    },
};
use leptos::prelude::*;

/// Button that ends all other sessions, shown while there are any. `tell` shows the notice.
#[component]
pub fn EndOthers(sessions: RwSignal<Vec<OwnSession>>, tell: impl Fn(Option<String>) + Copy + 'static) -> impl IntoView {
    let form = Feedback::of::<EndOtherSessions>(FormErrors::default(), "");
    form.when_done(move |_, notice| {
        sessions.set(Vec::new());
        tell(notice);
    });
    view! {
        <div hidden=move || sessions.read().is_empty()>
            <Form form>
                <FormErrorAlert form />
                <SubmitButton form label=own_account::END_OTHERS class="" />
            </Form>
        </div>
    }
}
