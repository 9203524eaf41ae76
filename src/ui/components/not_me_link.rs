//! The link to report what someone else did.

use crate::{model::Page, ui::text};
use leptos::prelude::*;

/// Leads to the page that secures the account. `about` says to screen readers which event or session it belongs to.
#[component]
pub fn NotMeLink(about: String) -> impl IntoView {
    view! {
        <a class="not-me" href=Page::NotMe.path()>
            {text::NOT_ME}
            <span class="visually-hidden">": " {about}</span>
        </a>
    }
}
