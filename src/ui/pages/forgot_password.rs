//! The page that requests a password reset link.

use crate::{
    model::{FormName, Page},
    ui::{components::AuthLayout, context::PageContext, islands::ForgotPasswordForm, text},
};
use leptos::{either::Either, prelude::*};
use leptos_router::hooks::use_query_map;

/// Page that asks for the address and afterwards explains the next step.
#[component]
pub fn ForgotPasswordPage() -> impl IntoView {
    let PageContext { flash, .. } = PageContext::current();
    if use_query_map().read_untracked().get("sent").is_some() {
        return Either::Left(view! { <Sent /> });
    }
    Either::Right(view! {
        <AuthLayout title=text::FORGOT_TITLE>
            <p>{text::FORGOT_LEAD}</p>
            <ForgotPasswordForm before=flash.state_of(FormName::ForgotPassword) />
            <nav class="ways" aria-label=text::OTHER_WAYS>
                <a href=Page::SignIn.path()>{text::BACK_TO_SIGN_IN}</a>
            </nav>
        </AuthLayout>
    })
}

#[component]
fn Sent() -> impl IntoView {
    view! {
        <AuthLayout title=text::CHECK_MAIL>
            <p>{text::FORGOT_SENT}</p>
            <p class="hint">{text::NOTHING_CAME} " " {text::NOTHING_CAME_HINT}</p>
            <nav class="ways" aria-label=text::OTHER_WAYS>
                <a href=Page::ForgotPassword.path()>{text::FORGOT_AGAIN}</a>
                <a href=Page::SignIn.path()>{text::BACK_TO_SIGN_IN}</a>
            </nav>
        </AuthLayout>
    }
}
