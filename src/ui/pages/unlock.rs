//! The page that unlocks sign-in by a link.

use super::load::load_link;
use crate::{
    model::{FormName, LinkKind, Page},
    ui::{components::AuthLayout, context::PageContext, islands::UnlockForm, text},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// Page behind an unlock link.
#[component]
pub fn UnlockPage() -> impl IntoView {
    let token = use_query_map().read_untracked().get("token").unwrap_or_default();
    load_link(
        LinkKind::Unlock,
        token,
        |token, address| view! { <ValidLink token address /> },
        || view! { <InvalidLink /> },
    )
}

#[component]
fn ValidLink(token: String, address: String) -> impl IntoView {
    let PageContext { flash, .. } = PageContext::current();
    view! {
        <AuthLayout title=text::UNLOCK>
            <p>{text::UNLOCK_LEAD}</p>
            <p class="address"><bdi>{address}</bdi></p>
            <UnlockForm before=flash.state_of(FormName::Unlock).errors>
                <input type="hidden" name="token" value=token />
            </UnlockForm>
            <p class="hint">{text::UNLOCK_ADVICE}</p>
        </AuthLayout>
    }
}

#[component]
fn InvalidLink() -> impl IntoView {
    view! {
        <AuthLayout title=text::LINK_DEAD>
            <p>{text::LINK_DEAD_WHY} " " {text::UNLOCK_DEAD_NEXT}</p>
            <p><a class="button primary" href=Page::SignIn.path()>{text::SIGN_IN}</a></p>
            <nav class="ways" aria-label=text::OTHER_WAYS>
                <a href=Page::ForgotPassword.path()>{text::FORGOT_PASSWORD}</a>
            </nav>
        </AuthLayout>
    }
}
