//! The page that unlocks sign-in by a link.

use super::failed::Failed;
use crate::{
    model::{FormName, LinkKind, LinkState, Page},
    server_fns::link_state,
    ui::{components::AuthLayout, context::PageContext, islands::UnlockForm, text},
};
use leptos::{either::EitherOf3, prelude::*};
use leptos_router::hooks::use_query_map;

/// Page behind an unlock link.
#[component]
pub fn UnlockPage() -> impl IntoView {
    let token = use_query_map().read_untracked().get("token").unwrap_or_default();
    view! {
        <Suspense>
            {Suspend::new(async move {
                match link_state(LinkKind::Unlock, token.clone()).await {
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
fn Dead() -> impl IntoView {
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
