//! The page that cancels an email change by a link.

use super::load::load_link;
use crate::{
    model::{LinkKind, Page},
    server_fns::StopEmailChange,
    ui::{components::AuthLayout, text},
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_query_map;

/// Page behind a link that cancels an email change.
#[component]
pub fn StopEmailChangePage() -> impl IntoView {
    let token = use_query_map().read_untracked().get("token").unwrap_or_default();
    load_link(
        LinkKind::StopEmailChange,
        token,
        |token, address| view! { <ValidLink token address /> },
        || view! { <InvalidLink /> },
    )
}

#[component]
fn ValidLink(token: String, address: String) -> impl IntoView {
    view! {
        <AuthLayout title=text::STOP_EMAIL_CHANGE>
            <p>{text::STOP_EMAIL_CHANGE_LEAD}</p>
            <p class="address"><bdi>{address}</bdi></p>
            <form method="post" action=StopEmailChange::PATH>
                <input type="hidden" name="token" value=token />
                <button type="submit" class="primary">{text::STOP_EMAIL_CHANGE_SUBMIT}</button>
            </form>
            <p class="hint">{text::STOP_EMAIL_CHANGE_ADVICE}</p>
        </AuthLayout>
    }
}

#[component]
fn InvalidLink() -> impl IntoView {
    view! {
        <AuthLayout title=text::NO_EMAIL_CHANGE>
            <p>{text::NO_EMAIL_CHANGE_NEXT}</p>
            <p><a class="button primary" href=Page::SignIn.path()>{text::SIGN_IN}</a></p>
            <nav class="ways" aria-label=text::OTHER_WAYS>
                <a href=Page::ForgotPassword.path()>{text::FORGOT_PASSWORD}</a>
            </nav>
        </AuthLayout>
    }
}
