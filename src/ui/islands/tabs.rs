//! The tabs of one browser, kept in step.

use crate::ui::browser::{
    channel::{self, TabMessage},
    names, navigation,
};
use leptos::prelude::*;

/// On pages of someone who is signed in: leaves when another tab finds itself signed out.
#[island]
pub fn SignedInTab() -> impl IntoView {
    Effect::new(|_| {
        navigation::reload_when_shown_again();
        channel::listen(|message| match message {
            TabMessage::SignedOut => navigation::go("/login"),
            TabMessage::Renamed(name) => names::show(&name),
            TabMessage::SignedIn | TabMessage::Renewed(_) => {}
        });
    });
}

/// On the sign-in page, which only those see who are signed out: says so to the other tabs, and
/// goes on to `next` when one of them signs in.
#[island]
pub fn SignInTab(next: String) -> impl IntoView {
    Effect::new(move |_| {
        navigation::reload_when_shown_again();
        channel::tell(&TabMessage::SignedOut);
        let next = next.clone();
        channel::listen(move |message| {
            if message == TabMessage::SignedIn {
                navigation::go(&next);
            }
        });
    });
}
