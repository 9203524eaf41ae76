//! The page that sets a new password by a link.

use super::failed::Failed;
use crate::{
    model::{FormName, LinkKind, LinkState, Page},
    server_fns::link_state,
    ui::{components::AuthLayout, context::PageContext, islands::ResetPasswordForm, text},
};
use leptos::{either::EitherOf3, prelude::*};
use leptos_router::hooks::use_query_map;

/// Page behind a password reset link.
#[component]
pub fn ResetPasswordPage() -> impl IntoView {
    let token = use_query_map().read_untracked().get("token").unwrap_or_default();
    view! {
        <Suspense>
            {Suspend::new(async move {
                match link_state(LinkKind::ResetPassword, token.clone()).await {
                    Ok(LinkState::Good { address }) => EitherOf3::A(view! { <Good token address /> }),
                    Ok(LinkState::Dead) => EitherOf3::B(view! { <Dead /> }),
                    Err(error) => EitherOf3::C(view! { <Failed error /> }),
                }
            })}
        </Suspense>
    }
}

#[component]
fn Good(token: String, address: String) -> impl IntoView {
    let PageContext { flash, min_password_length, .. } = PageContext::current();
    view! {
        <AuthLayout title=text::RESET_PASSWORD>
            <ResetPasswordForm before=flash.state_of(FormName::ResetPassword) address min_password_length>
                <input type="hidden" name="token" value=token />
            </ResetPasswordForm>
            <p class="hint">{text::RESET_HINT}</p>
        </AuthLayout>
    }
}

#[component]
fn Dead() -> impl IntoView {
    view! {
        <AuthLayout title=text::LINK_DEAD>
            <p>{text::LINK_DEAD_WHY} " " {text::RESET_DEAD_NEXT}</p>
            <p><a class="button primary" href=Page::ForgotPassword.path()>{text::RESET_DEAD_SUBMIT}</a></p>
        </AuthLayout>
    }
}
