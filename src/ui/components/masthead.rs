//! Header of pages for signed-in users.

use super::{Icon, NAVIGATION_ID, OwnPortrait, Shape, SiteBrand};
use crate::{
    model::{Access, Page, initials},
    server_fns::SignOut,
    ui::{
        app::{navigation_label, title_of},
        context::PageContext,
        islands::FindUserForm,
        text,
    },
};
use leptos::{prelude::*, server_fn::ServerFn};

const MENU_ID: &str = "account-menu";

/// Header with logo, the button that opens the navigation where there is no room for it, and the account menu.
///
/// Both open as popovers, which browsers show, hide and let the keyboard reach without scripts.
#[component]
pub fn Masthead() -> impl IntoView {
    view! {
        <header class="masthead">
            <a class="brand" href=Page::Dashboard.path()>
                <SiteBrand />
            </a>
            <button type="button" class="opens" popovertarget=NAVIGATION_ID>
                <Icon shape=Shape::Menu />
                <span>{text::MENU}</span>
            </button>
            <FindUser />
            <AccountMenu />
        </header>
    }
}

/// Search for a user on the pages of administrators; the list of users has its own.
#[component]
fn FindUser() -> impl IntoView {
    let context = PageContext::current();
    let is_administrative =
        Page::of(context.path()).is_some_and(|page| page != Page::Users && matches!(page.access(), Access::Allowed(_)));
    (is_administrative && context.open_pages.contains(&Page::Users)).then(|| view! { <FindUserForm /> })
}

/// Menu of the signed-in user. A plain form is enough for sign-out: the sign-in page that follows notifies the
/// other tabs.
#[component]
fn AccountMenu() -> impl IntoView {
    let PageContext { own_name, own_email, own_picture, .. } = PageContext::current();
    let pages = [Page::OwnAccount, Page::OwnSessions, Page::ApiKeys, Page::SecurityLog].map(|page| {
        let label = navigation_label(page).unwrap_or_else(|| title_of(page));
        view! { <li><a href=page.path()>{label}</a></li> }
    });
    view! {
        <button type="button" class="own" popovertarget=MENU_ID>
            <span class="visually-hidden">{text::ACCOUNT_MENU} " "</span>
            <OwnPortrait picture=own_picture initials=initials(&own_name) />
            <bdi class="who" data-own-name="">{own_name.clone()}</bdi>
        </button>
        <div class="popup" id=MENU_ID popover="auto">
            <p class="whose">
                <bdi data-own-name="">{own_name}</bdi>
                <bdi class="aside">{own_email}</bdi>
            </p>
            <ul>{pages.collect_view()}</ul>
            <form method="post" action=SignOut::PATH>
                <button type="submit">
                    <Icon shape=Shape::SignOut />
                    <span>{text::SIGN_OUT}</span>
                </button>
            </form>
        </div>
    }
}
