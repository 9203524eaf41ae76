//! Layout of pages for signed-in users.

use crate::{
    model::Timestamp,
    ui::{
        components::{Footer, Masthead, Notice},
        context::PageContext,
        islands::{CarriedNotice, LocalTimes, SignedInTab},
    },
};
use leptos::prelude::*;

/// Layout with header and footer, and with the islands that keep an open page up to date. `now` is the server's
/// time.
#[component]
pub fn AppLayout(class: &'static str, now: Timestamp, children: Children) -> impl IntoView {
    view! {
        <Masthead />
        <main id="main" class=class tabindex="-1">
            {children()}
        </main>
        <Footer />
        <SignedInTab />
        <LocalTimes now />
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
