//! The strength of a password that is chosen, told while it is typed.

use crate::{
    model::{Strength, strength},
    ui::{browser::typed, chunk, words},
};
use leptos::{ev, prelude::*, task::spawn_local, wasm_split::SplitLoaderError};

/// Tells how strong the password is that stands in the input with the id `of`, by itself and beside
/// the names in its form. Says nothing before anything is typed, nor without scripts.
#[component]
pub fn StrengthMeter(of: String) -> impl IntoView {
    let estimated = RwSignal::new(None);
    Effect::new(move |_| {
        let of = of.clone();
        let listener = window_event_listener(ev::input, move |_| {
            let (of, password) = (of.clone(), typed::into(&of));
            // Typing elsewhere fetches nothing.
            if password.is_empty() {
                return estimated.set(None);
            }
            spawn_local(async move {
                let estimate = estimate(password.clone(), typed::names_beside(&of)).await.ok();
                // What was typed meanwhile has an estimate of its own.
                if typed::into(&of) == password {
                    estimated.try_set(estimate);
                }
            });
        });
        on_cleanup(move || listener.remove());
    });
    // A live region speaks whenever it is written to: only when there is something new.
    let told = Memo::new(move |_| estimated.get());
    view! {
        <div class="strength" data-level=move || told.get().map(|strength| strength.level as u8)>
            <span class="scale" aria-hidden="true"></span>
            <p aria-live="polite">
                {move || told.get().map(|strength| view! {
                    <span class="visually-hidden">{words::STRENGTH}</span>
                    <strong>{words::level(strength)}</strong>
                    {words::advice(strength)}
                })}
            </p>
        </div>
    }
}

/// There is nothing to estimate, or nothing to do it with.
struct Unknown;

impl From<SplitLoaderError> for Unknown {
    fn from(_: SplitLoaderError) -> Self {
        Self
    }
}

// The lists of words outweigh all the rest.
chunk!(strength: fn estimate(password: String, context: Vec<String>) -> Result<Strength, Unknown> {
    let context: Vec<&str> = context.iter().map(String::as_str).collect();
    if password.is_empty() { Err(Unknown) } else { Ok(strength(&password, &context)) }
});
