//! The registration page.

use super::load::load_link;
use crate::{
    model::{FormName, LinkKind, Page, Registration},
    ui::{components::AuthLayout, context::PageContext, islands::RegisterForm, text},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// Page for registration with or without an invitation link.
#[component]
pub fn RegisterPage() -> impl IntoView {
    let is_closed = PageContext::current().registration == Registration::Closed;
    let token = use_query_map().read_untracked().get("invitation").filter(|token| !token.is_empty() && !is_closed);
    let Some(token) = token else { return view! { <WithoutInvitation /> }.into_any() };
    load_link(
        LinkKind::Invitation,
        token,
        |token, address| view! { <RegistrationForm invited=(token, address) /> },
        || view! { <InvalidInvitation /> },
    )
    .into_any()
}

/// Shown without an invitation.
#[component]
fn WithoutInvitation() -> impl IntoView {
    let (title, next) = match PageContext::current().registration {
        Registration::Open => return view! { <RegistrationForm /> }.into_any(),
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
fn RegistrationForm(#[prop(optional)] invited: Option<(String, String)>) -> impl IntoView {
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
fn InvalidInvitation() -> impl IntoView {
    view! {
        <AuthLayout title=text::INVITATION_DEAD>
            <p>{text::INVITATION_DEAD_WHY} " " {text::INVITATION_DEAD_NEXT}</p>
            <p><a class="button" href=Page::SignIn.path()>{text::BACK_TO_SIGN_IN}</a></p>
        </AuthLayout>
    }
}
