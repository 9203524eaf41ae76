//! The page that cancels an email change by a link.

use super::failed::Failed;
use crate::{
    model::{LinkKind, LinkState, Page},
    server_fns::{StopEmailChange, link_state},
    ui::{components::AuthLayout, text},
};
use leptos::{either::EitherOf3, prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_query_map;

/// Page behind a link that cancels an email change.
#[component]
pub fn StopEmailChangePage() -> impl IntoView {
    let token = use_query_map().read_untracked().get("token").unwrap_or_default();
    view! {
        <Suspense>
            {Suspend::new(async move {
                match link_state(LinkKind::StopEmailChange, token.clone()).await {
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
fn Dead() -> impl IntoView {
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
