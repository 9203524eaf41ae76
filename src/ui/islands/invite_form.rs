//! The invitation form.

use crate::{
    model::FormState,
    server_fns::Invite,
    ui::{
        forms::{Feedback, Field, FieldSpec, FormErrorAlert, SubmitButton, fields},
        text::admin,
    },
};
use leptos::{form::ActionForm, prelude::*};

const EMAIL: FieldSpec = FieldSpec { autocomplete: "off", ..fields::EMAIL };

/// Form that mails an invitation.
#[island]
pub fn InviteForm(before: FormState) -> impl IntoView {
    let value = before.kept(EMAIL.name);
    let (action, form) = Feedback::redirecting::<Invite>(before.errors, EMAIL.name);
    view! {
        <ActionForm action attr:novalidate=true attr:class="inline" on:submit:capture=move |event| form.hold(&event)>
            <FormErrorAlert form />
            <Field spec=&EMAIL form value />
            <SubmitButton form label=admin::INVITE_SUBMIT />
        </ActionForm>
    }
}
