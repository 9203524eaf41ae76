//! The form that unlocks sign-in by a link.

use crate::{
    model::FormErrors,
    server_fns::Unlock,
    ui::{
        forms::{Feedback, Form, FormErrorAlert, SubmitButton},
        text,
    },
};
use leptos::prelude::*;

/// Button that unlocks sign-in. Its children carry the link's token, so that it is not serialized as a prop.
#[island]
pub fn UnlockForm(before: FormErrors, children: Children) -> impl IntoView {
    let form = Feedback::redirecting::<Unlock>(before, "");
    view! {
        <Form form>
            {children()}
            <FormErrorAlert form />
            <SubmitButton form label=text::UNLOCK_SUBMIT />
        </Form>
    }
}
