//! The sign-out page, for users who follow a link instead of using the button.

use crate::{
    model::Page,
    server_fns::SignOut,
    ui::{components::AuthLayout, context::PageContext, text},
};
use leptos::{prelude::*, server_fn::ServerFn};

/// Page with a sign-out button, because a GET request must not change anything.
#[component]
pub fn SignOutPage() -> impl IntoView {
    let (lead, then) = if PageContext::current().is_signed_in {
        let button = view! {
            <form method="post" action=SignOut::PATH>
                <button type="submit" class="primary">{text::SIGN_OUT}</button>
            </form>
        };
        (text::SIGN_OUT_LEAD, button.into_any())
    } else {
        let link = view! { <p><a class="button primary" href=Page::SignIn.path()>{text::SIGN_IN}</a></p> };
        (text::SIGNED_OUT_ALREADY, link.into_any())
    };
    view! {
        <AuthLayout title=text::SIGN_OUT>
            <p>{lead}</p>
            {then}
        </AuthLayout>
    }
}
