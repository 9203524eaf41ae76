//! What a page says when there is no other.

use crate::ui::{components::Gate, context::PageContext, words};
use leptos::prelude::*;

/// What happened, what to do, and by which id the server's log knows it. `retry_after`: seconds,
/// where trying again is what to do.
#[component]
pub fn ErrorPage(status: u16, #[prop(optional_no_strip)] retry_after: Option<u64>) -> impl IntoView {
    let PageContext { request_id, .. } = PageContext::current();
    let problem = words::problem(status);
    let next = retry_after.map_or_else(|| problem.next.to_owned(), words::try_again_in);
    view! {
        <Gate title=problem.title>
            <p>{problem.what} " " {next}</p>
            <p>
                <a class="button" href="/">{words::HOME}</a>
            </p>
            <p class="aside">{status} " · " {words::REQUEST_ID} " " <code>{request_id}</code></p>
        </Gate>
    }
}

/// What happened to a form that was sent from another address than the public one, and where it works.
#[component]
pub fn OtherOriginPage(public_url: String) -> impl IntoView {
    let PageContext { request_id, .. } = PageContext::current();
    view! {
        <Gate title=words::OTHER_ORIGIN>
            <p>{words::other_origin(&public_url)}</p>
            <p>
                <a class="button" href=public_url.clone()>{words::open_public_url(&public_url)}</a>
            </p>
            <p class="aside">"403 · " {words::REQUEST_ID} " " <code>{request_id}</code></p>
        </Gate>
    }
}

/// The page of a path that no page has.
#[component]
pub fn MissingPage() -> impl IntoView {
    view! { <ErrorPage status=404 /> }
}
