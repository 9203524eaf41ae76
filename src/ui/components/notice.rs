//! What was done, said once.

use super::{Icon, Shape};
use leptos::prelude::*;

/// What the answer before this page has left to say.
#[component]
pub fn Notice(text: String) -> impl IntoView {
    view! {
        <p class="notice" role="status">
            <Icon shape=Shape::Check />
            <span>{text}</span>
        </p>
    }
}

/// The same for what is done on this page. There from the beginning, as a live region must be; no
/// box while it is empty.
#[component]
pub fn Said(said: RwSignal<Option<String>>, #[prop(optional)] id: Option<&'static str>) -> impl IntoView {
    view! {
        <p class="notice" role="status" id=id tabindex=id.map(|_| "-1")>
            {move || said.get().map(|said| view! {
                <Icon shape=Shape::Check />
                <span>{said}</span>
            })}
        </p>
    }
}
