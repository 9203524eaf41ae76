//! The page that verifies an email address.

use super::load::load_link;
use crate::{
    model::{Flash, FormName, FormState, LinkKind, Page},
    ui::{
        components::{AuthLayout, Notice},
        context::PageContext,
        islands::{CarriedNotice, CodeForm, ResendForm, VerifyForm},
        text,
    },
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// Page behind a verification link. Without a token, it asks for the code from the mail.
#[component]
pub fn VerifyEmailPage() -> impl IntoView {
    let query = use_query_map();
    let token = query.read_untracked().get("token").filter(|token| !token.is_empty());
    let is_sent = query.read_untracked().get("sent").is_some();
    let Some(token) = token else { return view! { <CodeEntry is_sent /> }.into_any() };
    load_link(
        LinkKind::VerifyEmail,
        token,
        |token, address| view! { <ValidLink token address /> },
        || view! { <InvalidLink /> },
    )
    .into_any()
}

#[component]
fn ValidLink(token: String, address: String) -> impl IntoView {
    let PageContext { flash, .. } = PageContext::current();
    view! {
        <AuthLayout title=text::VERIFY_EMAIL>
            <p>{text::VERIFY_THIS}</p>
            <p class="address"><bdi>{address}</bdi></p>
            <VerifyForm before=flash.state_of(FormName::VerifyEmail).errors>
                <input type="hidden" name="token" value=token />
            </VerifyForm>
        </AuthLayout>
    }
}

#[component]
fn CodeEntry(
    /// Whether a mail was just requested.
    is_sent: bool,
) -> impl IntoView {
    let PageContext { flash, .. } = PageContext::current();
    let (title, lead) =
        if is_sent { (text::CHECK_MAIL, text::VERIFY_SENT) } else { (text::VERIFY_EMAIL, text::VERIFY_BY_CODE) };
    let before = flash.state_of(FormName::VerifyEmail);
    let resend = resend_state(&flash);
    let is_open = !resend.errors.is_empty();
    view! {
        <AuthLayout title>
            {flash.notice.map(|text| view! { <Notice text /> })}
            <CarriedNotice />
            <p>{lead}</p>
            <CodeForm before />
            <details open=is_open>
                <summary>{text::NOTHING_CAME}</summary>
                <p class="hint">{text::NOTHING_CAME_HINT}</p>
                <ResendForm before=resend />
            </details>
        </AuthLayout>
    }
}

#[component]
fn InvalidLink() -> impl IntoView {
    let PageContext { flash, is_signed_in, .. } = PageContext::current();
    view! {
        <AuthLayout title=text::LINK_DEAD>
            <p>{text::LINK_DEAD_WHY} " " {text::VERIFY_DEAD_NEXT}</p>
            {is_signed_in.then_some(view! { <p>{text::NEW_EMAIL_DEAD_NEXT}</p> })}
            <ResendForm before=resend_state(&flash) />
            <nav class="ways" aria-label=text::OTHER_WAYS>
                <a href=Page::SignIn.path()>{text::BACK_TO_SIGN_IN}</a>
            </nav>
        </AuthLayout>
    }
}

/// State of the resend form, with the address that was typed into the code form.
fn resend_state(flash: &Flash) -> FormState {
    let resend = flash.state_of(FormName::ResendVerification);
    match flash.state_of(FormName::VerifyEmail).kept("email") {
        Some(email) => FormState { kept: vec![("identifier".to_owned(), email)], ..resend },
        None => resend,
    }
}
