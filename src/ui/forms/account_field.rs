//! The account that a password form is for.

use leptos::prelude::*;

/// Names the account to password managers in a form that does not ask for it
/// (<https://www.chromium.org/developers/design-documents/create-amazing-password-forms/>).
#[component]
pub fn AccountField(email: String) -> impl IntoView {
    view! { <input type="text" value=email autocomplete="username" readonly hidden /> }
}
