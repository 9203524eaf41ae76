//! The profile picture of a user.

use leptos::prelude::*;

/// A user's picture at this address, or the initials of the name. Decorative: the name always stands next to it.
#[component]
pub fn Portrait(picture: Option<String>, initials: String) -> impl IntoView {
    match picture {
        Some(address) => view! { <img class="portrait" src=address alt="" width="256" height="256" /> }.into_any(),
        None => view! { <bdi class="portrait initials" aria-hidden="true">{initials}</bdi> }.into_any(),
    }
}

/// The same for the signed-in user. A change of the name on this page changes the initials.
#[component]
pub fn OwnPortrait(picture: Option<String>, initials: String) -> impl IntoView {
    match picture {
        Some(_) => view! { <Portrait picture initials /> }.into_any(),
        None => view! {
            <bdi class="portrait initials" aria-hidden="true" data-own-initials="">{initials}</bdi>
        }
        .into_any(),
    }
}
