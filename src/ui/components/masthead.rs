//! The top of pages for those who are signed in.

use super::{Icon, KeyMark, Shape};
use crate::{server_fns::SignOut, ui::words};
use leptos::{prelude::*, server_fn::ServerFn};

/// The mark, who is signed in, and the way out. That way is a plain form: it leads to the sign-in
/// page, which tells the other tabs.
#[component]
pub fn Masthead(name: String) -> impl IntoView {
    view! {
        <header class="masthead">
            <a class="brand" href="/dashboard">
                <KeyMark />
                <span>{words::PRODUCT}</span>
            </a>
            <bdi class="who" data-own-name="">{name}</bdi>
            <form method="post" action=SignOut::PATH>
                <button type="submit">
                    <Icon shape=Shape::SignOut />
                    <span>{words::SIGN_OUT}</span>
                </button>
            </form>
        </header>
    }
}
