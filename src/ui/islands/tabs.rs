//! Keeps the tabs of one browser in sync.

use crate::model::Page;
use crate::ui::browser::{
    channel::{self, TabMessage},
    names, navigation,
};
use leptos::prelude::*;

/// On pages for signed-in users: leaves when another tab finds out that the session has ended.
#[island]
pub fn SignedInTab() -> impl IntoView {
    Effect::new(|_| {
        navigation::reload_when_shown_again();
        channel::listen(|message| match message {
            TabMessage::SignedOut => navigation::go(Page::SignIn.path()),
            TabMessage::Renamed(name) => names::show(&name),
            TabMessage::SignedIn | TabMessage::Refreshed(_) => {}
        });
    });
}

/// On the sign-in page, which only signed-out users see: notifies the other tabs of the sign-out, and continues
/// to `next` when one of them signs in. `public/start.js` does the same until the island is hydrated.
#[island]
pub fn SignInTab(next: String) -> impl IntoView {
    Effect::new(move |_| {
        navigation::reload_when_shown_again();
        channel::send(&TabMessage::SignedOut);
        let next = next.clone();
        channel::listen(move |message| {
            if message == TabMessage::SignedIn {
                navigation::go(&next);
            }
        });
    });
}
