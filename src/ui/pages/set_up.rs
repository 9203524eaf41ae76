//! The set-up page, which creates the first administrator.

use super::load::load;
use crate::{
    model::{FormName, Page, SetUpLink},
    server_fns::set_up_link,
    ui::{components::AuthLayout, context::PageContext, islands::SetUpForm, text},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// Page behind a set-up link.
#[component]
pub fn SetUpPage() -> impl IntoView {
    let token = use_query_map().read_untracked().get("token").unwrap_or_default();
    load(set_up_link(token.clone()), move |link| match link {
        SetUpLink::Good => view! { <ValidLink token /> }.into_any(),
        SetUpLink::Dead => view! { <InvalidLink /> }.into_any(),
        SetUpLink::Missing => view! { <MissingLink /> }.into_any(),
        SetUpLink::Done => view! { <AlreadySetUp /> }.into_any(),
    })
}

#[component]
fn ValidLink(token: String) -> impl IntoView {
    let PageContext { flash, min_password_length, .. } = PageContext::current();
    view! {
        <AuthLayout title=text::SET_UP>
            <p>{text::SET_UP_LEAD}</p>
            <SetUpForm before=flash.state_of(FormName::SetUp) min_password_length>
                <input type="hidden" name="token" value=token />
            </SetUpForm>
        </AuthLayout>
    }
}

#[component]
fn InvalidLink() -> impl IntoView {
    view! {
        <AuthLayout title=text::SET_UP_DEAD>
            <p>{text::SET_UP_DEAD_WHY}</p>
            <p>{text::SET_UP_DEAD_NEXT} <code class="command">{text::SET_UP_COMMAND}</code></p>
        </AuthLayout>
    }
}

/// Shown without a token. Every page redirects here while there is no user.
#[component]
fn MissingLink() -> impl IntoView {
    view! {
        <AuthLayout title=text::SET_UP>
            <p>{text::SET_UP_MISSING}</p>
            <p>{text::SET_UP_MISSING_NEXT} <code class="command">{text::SET_UP_COMMAND}</code></p>
        </AuthLayout>
    }
}

#[component]
fn AlreadySetUp() -> impl IntoView {
    view! {
        <AuthLayout title=text::SET_UP_DONE>
            <p>{text::SET_UP_DONE_NEXT}</p>
            <p><a class="button primary" href=Page::SignIn.path()>{text::SIGN_IN}</a></p>
        </AuthLayout>
    }
}
