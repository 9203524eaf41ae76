//! The page that sets a new password by a link.

use super::load::load_link;
use crate::{
    model::{FormName, LinkKind, Page},
    ui::{components::AuthLayout, context::PageContext, islands::ResetPasswordForm, text},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// Page behind a password reset link.
#[component]
pub fn ResetPasswordPage() -> impl IntoView {
    let token = use_query_map().read_untracked().get("token").unwrap_or_default();
    load_link(
        LinkKind::ResetPassword,
        token,
        |token, address| view! { <ValidLink token address /> },
        || view! { <InvalidLink /> },
    )
}

#[component]
fn ValidLink(token: String, address: String) -> impl IntoView {
    let PageContext { flash, min_password_length, .. } = PageContext::current();
    view! {
        <AuthLayout title=text::RESET_PASSWORD>
            <p>{text::RESET_HINT}</p>
            <ResetPasswordForm before=flash.state_of(FormName::ResetPassword) address min_password_length>
                <input type="hidden" name="token" value=token />
            </ResetPasswordForm>
        </AuthLayout>
    }
}

#[component]
fn InvalidLink() -> impl IntoView {
    view! {
        <AuthLayout title=text::LINK_DEAD>
            <p>{text::LINK_DEAD_WHY} " " {text::RESET_DEAD_NEXT}</p>
            <p><a class="button primary" href=Page::ForgotPassword.path()>{text::RESET_DEAD_SUBMIT}</a></p>
        </AuthLayout>
    }
}
