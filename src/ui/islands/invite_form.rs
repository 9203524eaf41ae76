//! The invitation form.

use crate::{
    model::FormState,
    server_fns::Invite,
    ui::{
        forms::{Feedback, Field, FieldSpec, Form, FormErrorAlert, SubmitButton, fields},
        text::admin,
    },
};
use leptos::prelude::*;

const EMAIL: FieldSpec = FieldSpec { autocomplete: "off", ..fields::EMAIL };

/// Form that mails an invitation.
#[cfg_attr(feature = "split", island(lazy))]
#[cfg_attr(not(feature = "split"), island)]
pub fn InviteForm(before: FormState) -> impl IntoView {
    let value = before.kept(EMAIL.name);
    let form = Feedback::redirecting::<Invite>(before.errors, EMAIL.name);
    view! {
        <Form form class="inline">
            <FormErrorAlert form />
            <Field spec=&EMAIL form value />
            <SubmitButton form label=admin::INVITE_SUBMIT />
        </Form>
    }
}
