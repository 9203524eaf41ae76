//! The registration page.

use super::failed::Failed;
use crate::{
    model::{FormName, LinkKind, LinkState, Page, Registration},
    server_fns::link_state,
    ui::{components::AuthLayout, context::PageContext, islands::RegisterForm, text},
};
use leptos::{either::EitherOf4, prelude::*};
use leptos_router::hooks::use_query_map;

/// Page for registration with or without an invitation link.
#[component]
pub fn RegisterPage() -> impl IntoView {
    let is_closed = PageContext::current().registration == Registration::Closed;
    let token = use_query_map().read_untracked().get("invitation").filter(|token| !token.is_empty() && !is_closed);
    view! {
        <Suspense>
            {Suspend::new(async move {
                let Some(token) = token else { return EitherOf4::A(view! { <Uninvited /> }) };
                match link_state(LinkKind::Invitation, token.clone()).await {
                    Ok(LinkState::Good { address }) => EitherOf4::B(view! { <Form invited=(token, address) /> }),
                    Ok(LinkState::Dead) => EitherOf4::C(view! { <DeadInvitation /> }),
                    Err(error) => EitherOf4::D(view! { <Failed error /> }),
                }
            })}
        </Suspense>
    }
}

/// Shown without an invitation.
#[component]
fn Uninvited() -> impl IntoView {
    let (title, next) = match PageContext::current().registration {
        Registration::Open => return view! { <Form /> }.into_any(),
        Registration::Invite => (text::INVITATION_NEEDED, text::INVITATION_NEEDED_NEXT),
        Registration::Closed => (text::REGISTER_CLOSED, text::REGISTER_CLOSED_NEXT),
    };
    view! {
        <AuthLayout title>
            <p>{next}</p>
            <p><a class="button" href=Page::SignIn.path()>{text::BACK_TO_SIGN_IN}</a></p>
        </AuthLayout>
    }
    .into_any()
}

/// The registration form. `invited` holds an invitation's token and the address it is for.
#[component]
fn Form(#[prop(optional)] invited: Option<(String, String)>) -> impl IntoView {
    let PageContext { flash, min_password_length, .. } = PageContext::current();
    let (token, invited) = invited.unzip();
    view! {
        <AuthLayout title=text::REGISTER>
            <RegisterForm before=flash.state_of(FormName::Register) invited min_password_length>
                {token.map(|token| view! { <input type="hidden" name="invitation" value=token /> })}
            </RegisterForm>
            <nav class="ways" aria-label=text::OTHER_WAYS>
                <a href=Page::SignIn.path()>{text::HAVE_ACCOUNT}</a>
            </nav>
        </AuthLayout>
    }
}

#[component]
fn DeadInvitation() -> impl IntoView {
    view! {
        <AuthLayout title=text::INVITATION_DEAD>
            <p>{text::LINK_DEAD_WHY} " " {text::INVITATION_DEAD_NEXT}</p>
            <p><a class="button" href=Page::SignIn.path()>{text::BACK_TO_SIGN_IN}</a></p>
        </AuthLayout>
    }
}
