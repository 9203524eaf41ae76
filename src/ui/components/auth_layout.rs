//! Layout of pages for users who are not signed in.

use super::{Footer, SiteBrand};
use leptos::prelude::*;

/// Single-column layout under the logo. `title` is the page heading.
#[component]
pub fn AuthLayout(#[prop(into)] title: String, children: Children) -> impl IntoView {
    view! {
        <header class="brand">
            <SiteBrand />
        </header>
        <main id="main" class="gate" tabindex="-1">
            <h1>{title}</h1>
            {children()}
        </main>
        <Footer />
    }
}
