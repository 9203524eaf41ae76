//! Header of pages for signed-in users.

use super::{Icon, Shape, SiteBrand};
use crate::{
    model::Page,
    server_fns::SignOut,
    ui::{app::navigation_label, context::PageContext, text},
};
use leptos::{prelude::*, server_fn::ServerFn};

/// Header with logo, main navigation (the pages that the user may see), user name and sign-out. A plain form is
/// enough for sign-out: the sign-in page that follows notifies the other tabs.
#[component]
pub fn Masthead() -> impl IntoView {
    let PageContext { own_name, open_pages, here, .. } = PageContext::current();
    let current = Page::of(here.split('?').next().unwrap_or_default());
    let links = open_pages.into_iter().filter_map(|page| {
        let label = navigation_label(page)?;
        let is_here = (Some(page) == current).then_some("page");
        Some(view! { <li><a href=page.path() aria-current=is_here>{label}</a></li> })
    });
    view! {
        <header class="masthead">
            <a class="brand" href=Page::Dashboard.path()>
                <SiteBrand />
            </a>
            <nav aria-label=text::PAGES>
                <ul>{links.collect_view()}</ul>
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
