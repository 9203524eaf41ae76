//! The frame of pages for those who are signed in.

use crate::{
    model::Timestamp,
    ui::{
        components::{Footer, Masthead, Notice},
        context::PageContext,
        islands::{CarriedNotice, LocalTimes, SignedInTab},
    },
};
use leptos::prelude::*;

/// The masthead, the page, and what keeps a page right while it is open. `now` is the server's clock.
#[component]
pub fn Desk(class: &'static str, now: Timestamp, children: Children) -> impl IntoView {
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

/// What the form before this page has left to say, whichever way it was sent.
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
