//! Whose password a form asks for.

use leptos::prelude::*;

/// Tells password managers the account of a form that does not ask for it
/// (<https://www.chromium.org/developers/design-documents/create-amazing-password-forms/>).
#[component]
pub fn Whose(email: String) -> impl IntoView {
    view! { <input type="text" value=email autocomplete="username" readonly hidden /> }
}
