//! The form that requests the verification mail again.

use crate::{
    model::FormState,
    server_fns::ResendVerification,
    ui::{
        forms::{Feedback, Field, Form, SubmitButton, fields::IDENTIFIER},
        text,
    },
};
use leptos::prelude::*;

/// Form that requests the verification mail again and leads to the page where its code is entered.
#[island]
pub fn ResendForm(before: FormState) -> impl IntoView {
    let value = before.kept(IDENTIFIER.name);
    let form = Feedback::redirecting::<ResendVerification>(before.errors, "");
    view! {
        <Form form>
            <p class="alert" role="alert">{move || form.message()}</p>
            <Field spec=&IDENTIFIER form value />
            <SubmitButton form label=text::RESEND class="" />
        </Form>
    }
}
