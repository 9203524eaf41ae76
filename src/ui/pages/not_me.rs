//! "This wasn't me": the page that secures an account.

use super::load::load;
use crate::{
    model::{NotMe, Page},
    server_fns::{ReportNotMe, not_me},
    ui::{components::AuthLayout, text},
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_query_map;

/// Page behind the link in a mail about a new sign-in, and for signed-in users without a token.
#[component]
pub fn NotMePage() -> impl IntoView {
    let token = use_query_map().read_untracked().get("token").unwrap_or_default();
    load(not_me(token.clone()), move |state| match state {
        NotMe::Ready { email } => view! { <Ready token email /> }.into_any(),
        NotMe::Done => view! { <Done /> }.into_any(),
        NotMe::Dead => view! { <Dead /> }.into_any(),
    })
}

#[component]
fn Ready(token: String, email: String) -> impl IntoView {
    view! {
        <AuthLayout title=text::NOT_ME_TITLE>
            <p>{text::NOT_ME_LEAD}</p>
            <p class="address"><bdi>{email}</bdi></p>
            <ul class="points">{points(&text::NOT_ME_POINTS)}</ul>
            <form method="post" action=ReportNotMe::PATH>
                <input type="hidden" name="token" value=token />
                <input type="hidden" name="sure" value="yes" />
                <button type="submit" class="primary">{text::NOT_ME_SUBMIT}</button>
            </form>
            <p class="hint">{text::NOT_ME_HINT}</p>
        </AuthLayout>
    }
}

#[component]
fn Done() -> impl IntoView {
    view! {
        <AuthLayout title=text::SECURED>
            <ul class="points">{points(&text::SECURED_POINTS)}</ul>
            <p>{text::SECURED_NEXT}</p>
            <nav class="ways" aria-label=text::OTHER_WAYS>
                <a href=Page::ForgotPassword.path()>{text::RESET_DEAD_SUBMIT}</a>
                <a href=Page::SignIn.path()>{text::SIGN_IN}</a>
            </nav>
        </AuthLayout>
    }
}

#[component]
fn Dead() -> impl IntoView {
    view! {
        <AuthLayout title=text::LINK_DEAD>
            <p>{text::NOT_ME_DEAD_NEXT}</p>
            <p><a class="button primary" href=Page::ForgotPassword.path()>{text::FORGOT_TITLE}</a></p>
            <nav class="ways" aria-label=text::OTHER_WAYS>
                <a href=Page::SignIn.path()>{text::SIGN_IN}</a>
            </nav>
        </AuthLayout>
    }
}

fn points(points: &[&'static str]) -> impl IntoView + use<> {
    points.iter().map(|point| view! { <li>{*point}</li> }).collect_view()
}
