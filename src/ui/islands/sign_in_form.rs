//! The sign-in form.

use crate::{
    model::{FormErrors, FormState, Page, Suggestion},
    server_fns::{ResendVerification, SignIn},
    ui::{
        browser::channel::{self, TabMessage},
        components::StatusMessage,
        forms::{
            Feedback, Field, Form, FormErrorAlert, SubmitButton,
            fields::{IDENTIFIER, PASSWORD},
        },
        text,
    },
};
use leptos::prelude::*;

/// Form that signs in and navigates to the page that the response names. Without scripts it is a plain form.
///
/// `next` is a path of this site, `here` the path and query of this page, `support` the address of the site's support.
#[island]
pub fn SignInForm(before: FormState, next: Option<String>, here: String, support: Option<String>) -> impl IntoView {
    let identifier = before.kept(IDENTIFIER.name).filter(|typed| !typed.is_empty());
    let first = if identifier.is_some() { PASSWORD.name } else { IDENTIFIER.name };
    let form = Feedback::of::<SignIn>(before.errors, first);
    form.when_done(move |to, notice| {
        channel::send(&TabMessage::SignedIn);
        form.leave_for(&to, notice);
    });
    let sent = RwSignal::new(identifier.clone().unwrap_or_default());
    Effect::new(move |_| {
        if let Some(identifier) = form.sent(IDENTIFIER.name) {
            sent.set(identifier);
        }
    });
    view! {
        <FormErrorAlert form />
        {move || form.suggestion().map(|suggestion| match suggestion {
            Suggestion::ResendVerification => view! { <ResendButton identifier=sent here=here.clone() /> }.into_any(),
            Suggestion::ResetPassword => view! {
                <p class="suggestion"><a href=Page::ForgotPassword.path()>{text::FORGOT_TITLE}</a></p>
            }
            .into_any(),
            Suggestion::ContactSupport => support.clone().map(|support| view! {
                <p class="suggestion"><a href=support>{text::CONTACT_SUPPORT}</a></p>
            })
            .into_any(),
        })}
        <Form form>
            <Field spec=&IDENTIFIER form value=identifier />
            <Field spec=&PASSWORD form />
            {next.map(|next| view! { <input type="hidden" name="next" value=next /> })}
            <SubmitButton form label=text::SIGN_IN />
        </Form>
    }
}

/// Button that requests the verification mail after sign-in failed because the address is unverified.
#[component]
fn ResendButton(#[prop(into)] identifier: Signal<String>, here: String) -> impl IntoView {
    let form = Feedback::of::<ResendVerification>(FormErrors::default(), "");
    let message = RwSignal::new(None::<String>);
    form.when_done(move |_, notice| message.set(notice));
    view! {
        <Form form>
            <input type="hidden" name="identifier" value=identifier />
            <input type="hidden" name="back" value=here />
            <SubmitButton form label=text::RESEND class="" />
            <p class="alert" role="alert">{move || form.message()}</p>
            <StatusMessage message />
        </Form>
    }
}
