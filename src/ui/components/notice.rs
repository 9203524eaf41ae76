//! Notices: short messages after an action.

use super::{Icon, Shape};
use leptos::prelude::*;

/// Notice from the previous response.
#[component]
pub fn Notice(text: String) -> impl IntoView {
    view! {
        <p class="notice" role="status">
            <Icon shape=Shape::Check />
            <span>{text}</span>
        </p>
    }
}

/// What is wrong with the address of this page, or with the previous form.
#[component]
pub fn Problem(text: String) -> impl IntoView {
    view! {
        <div class="alert" role="alert">
            <Icon shape=Shape::Alert />
            <span>{text}</span>
        </div>
    }
}

/// Notice about an action on this page.
///
/// Always present, because live regions must exist before their text; invisible while empty.
#[component]
pub fn StatusMessage(message: RwSignal<Option<String>>, #[prop(optional)] id: Option<&'static str>) -> impl IntoView {
    view! {
        <p class="notice" role="status" id=id tabindex=id.map(|_| "-1")>
            {move || message.get().map(|message| view! {
                <Icon shape=Shape::Check />
                <span>{message}</span>
            })}
        </p>
    }
}
