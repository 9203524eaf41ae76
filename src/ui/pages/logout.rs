//! The sign-out page, for users who follow a link instead of using the button.

use crate::{
    server_fns::SignOut,
    ui::{components::AuthLayout, context::PageContext, words},
};
use leptos::{prelude::*, server_fn::ServerFn};

/// Page with a sign-out button, because a GET request must not change anything.
#[component]
pub fn LogoutPage() -> impl IntoView {
    let (lead, then) = if PageContext::current().is_signed_in {
        let button = view! {
            <form method="post" action=SignOut::PATH>
                <button type="submit" class="primary">{words::SIGN_OUT}</button>
            </form>
        };
        (words::SIGN_OUT_LEAD, button.into_any())
    } else {
        let link = view! { <p><a class="button primary" href="/login">{words::SIGN_IN}</a></p> };
        (words::SIGNED_OUT_ALREADY, link.into_any())
    };
    view! {
        <AuthLayout title=words::SIGN_OUT>
            <p>{lead}</p>
            {then}
        </AuthLayout>
    }
}
