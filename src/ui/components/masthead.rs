//! Header of pages for signed-in users.

use super::{Icon, KeyMark, Shape};
use crate::{
    server_fns::SignOut,
    ui::{context::PageContext, text},
};
use leptos::{prelude::*, server_fn::ServerFn};

/// Main navigation, filtered by what the user may see.
const WAYS: &[(&str, &str)] = &[
    ("/dashboard", text::DASHBOARD),
    ("/account", text::SHORT_ACCOUNT),
    ("/inspector", text::inspector::SHORT_INSPECTOR),
    ("/admin/monitor", text::monitor::MONITOR),
    ("/admin/mail", text::admin::MAIL),
    ("/admin/invitations", text::admin::INVITATIONS),
];

/// Header with logo, navigation, user name and sign-out. A plain form is enough for sign-out: the sign-in page that
/// follows notifies the other tabs.
#[component]
pub fn Masthead() -> impl IntoView {
    let PageContext { own_name, open_pages, here, .. } = PageContext::current();
    let here = here.split('?').next().unwrap_or_default().to_owned();
    let ways = WAYS.iter().filter(|(path, _)| open_pages.contains(path)).map(|(path, word)| {
        let is_here = (*path == here).then_some("page");
        view! { <li><a href=*path aria-current=is_here>{*word}</a></li> }
    });
    view! {
        <header class="masthead">
            <a class="brand" href="/dashboard">
                <KeyMark />
                <span>{text::PRODUCT}</span>
            </a>
            <nav aria-label=text::PAGES>
                <ul>{ways.collect_view()}</ul>
            </nav>
            <bdi class="who" data-own-name="">{own_name}</bdi>
            <form method="post" action=SignOut::PATH>
                <button type="submit">
                    <Icon shape=Shape::SignOut />
                    <span>{text::SIGN_OUT}</span>
                </button>
            </form>
        </header>
    }
}
