//! The page that requests a password reset link.

use crate::{
    model::FormName,
    ui::{components::AuthLayout, context::PageContext, islands::ForgotPasswordForm, words},
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
        <AuthLayout title=words::FORGOT_PASSWORD>
            <p>{words::FORGOT_LEAD}</p>
            <ForgotPasswordForm before=flash.state_of(FormName::ForgotPassword) />
            <nav class="ways" aria-label=words::OTHER_WAYS>
                <a href="/login">{words::BACK_TO_SIGN_IN}</a>
            </nav>
        </AuthLayout>
    })
}

#[component]
fn Sent() -> impl IntoView {
    view! {
        <AuthLayout title=words::CHECK_MAIL>
            <p>{words::FORGOT_SENT}</p>
            <p class="hint">{words::NOTHING_CAME} " " {words::NOTHING_CAME_HINT}</p>
            <nav class="ways" aria-label=words::OTHER_WAYS>
                <a href="/forgot-password">{words::FORGOT_AGAIN}</a>
                <a href="/login">{words::BACK_TO_SIGN_IN}</a>
            </nav>
        </AuthLayout>
    }
}
