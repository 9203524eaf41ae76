//! Layout of pages for signed-in users.

use crate::{
    model::Timestamp,
    ui::{
        components::{Footer, Masthead, Navigation, Notice},
        context::PageContext,
        islands::{CarriedNotice, LocalTimes, SignedInTab},
    },
};
use leptos::prelude::*;

/// Layout with header, navigation and footer, and with the islands that keep an open page up to date. `now` is
/// the server's time.
#[component]
pub fn AppLayout(class: &'static str, now: Timestamp, children: Children) -> impl IntoView {
    view! {
        <Frame class children />
        <SignedInTab />
        <LocalTimes now />
    }
}

/// The layout without code, also for error pages.
#[component]
pub fn Frame(class: &'static str, children: Children) -> impl IntoView {
    view! {
        <Masthead />
        <div class="frame">
            <Navigation />
            <main id="main" class=class tabindex="-1">
                {children()}
            </main>
        </div>
        <Footer />
    }
}

/// Shows the notice of the previous form, whether it was sent with scripts or without.
#[component]
pub fn Notices() -> impl IntoView {
    let notice = PageContext::current().flash.notice;
    view! {
        <div class="notices">
            {notice.map(|text| view! { <Notice text /> })}
            <CarriedNotice />
        </div>
    }
}
