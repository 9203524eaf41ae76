//! The frame of pages for those who are not signed in: one column.

use super::{Footer, KeyMark};
use crate::ui::words;
use leptos::prelude::*;

/// One column under the mark. `title` is the page's heading.
#[component]
pub fn Gate(#[prop(into)] title: String, children: Children) -> impl IntoView {
    view! {
        <header class="brand">
            <KeyMark />
            <span>{words::PRODUCT}</span>
        </header>
        <main id="main" class="gate" tabindex="-1">
            <h1>{title}</h1>
            {children()}
        </main>
        <Footer />
    }
}
