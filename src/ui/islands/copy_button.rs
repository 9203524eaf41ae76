//! A copy button.

use crate::ui::{browser::clipboard, text::inspector};
use leptos::{prelude::*, task::spawn_local};

/// Button that copies `text`, which is labelled `name`. Hidden without scripts or clipboard access.
#[island]
pub fn CopyButton(text: String, name: String) -> impl IntoView {
    let can_copy = RwSignal::new(false);
    let message = RwSignal::new(None);
    Effect::new(move |_| can_copy.set(clipboard::is_available()));
    let copy = move |_| {
        let text = text.clone();
        spawn_local(async move {
            let was_copied = clipboard::write(&text).await;
            message.set(Some(if was_copied { inspector::COPIED } else { inspector::NOT_COPIED }));
        });
    };
    view! {
        <button type="button" hidden=move || !can_copy.get() on:click=copy>
            {inspector::COPY}
            <span class="visually-hidden">" " {name}</span>
        </button>
        <span class="aside" role="status">{move || message.get()}</span>
    }
}
