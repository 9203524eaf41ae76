//! Error pages.

use super::app_layout::Frame;
use crate::ui::{components::AuthLayout, context::PageContext, text};
use leptos::prelude::*;

/// Shows what happened, what to do, and the request id to find it in the log. `retry_after` is in seconds, if known.
#[component]
pub fn ErrorPage(status: u16, #[prop(optional_no_strip)] retry_after: Option<u64>) -> impl IntoView {
    let PageContext { request_id, is_signed_in, .. } = PageContext::current();
    let problem = text::problem(status);
    let next = retry_after.map_or_else(|| problem.next.to_owned(), text::try_again_in);
    view! {
        <ProblemLayout title=problem.title>
            <p>{problem.what} " " {next}</p>
            <p>
                <a class="button" href="/">{if is_signed_in { text::BACK_TO_DASHBOARD } else { text::HOME }}</a>
            </p>
            <p class="aside">{status} " · " {text::REQUEST_ID} " " <code>{request_id}</code></p>
        </ProblemLayout>
    }
}

/// Explains that a form was sent from an address other than the public one, and where it works.
#[component]
pub fn OtherOriginPage(public_url: String) -> impl IntoView {
    let PageContext { request_id, .. } = PageContext::current();
    view! {
        <ProblemLayout title=text::OTHER_ORIGIN>
            <p>{text::other_origin(&public_url)}</p>
            <p>
                <a class="button" href=public_url.clone()>{text::open_public_url(&public_url)}</a>
            </p>
            <p class="aside">"403 · " {text::REQUEST_ID} " " <code>{request_id}</code></p>
        </ProblemLayout>
    }
}

/// Page for unknown paths.
#[component]
pub fn MissingPage() -> impl IntoView {
    view! { <ErrorPage status=404 /> }
}

/// Keeps the navigation of signed-in users.
#[component]
fn ProblemLayout(title: &'static str, children: Children) -> impl IntoView {
    if PageContext::current().own_name.is_empty() {
        return view! { <AuthLayout title children /> }.into_any();
    }
    view! {
        <Frame class="admin question">
            <h1>{title}</h1>
            {children()}
        </Frame>
    }
    .into_any()
}
