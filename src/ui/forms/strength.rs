//! Strength meter for a new password.

use crate::{
    model::{Strength, strength},
    ui::{browser::inputs, chunk, text},
};
use leptos::{ev, prelude::*, task::spawn_local, wasm_split::SplitLoaderError};

/// Shows the strength of the password in the input with the id `of`, given the names in its form. Stays empty
/// until something is typed, and without scripts.
#[component]
pub fn StrengthMeter(of: String) -> impl IntoView {
    let estimated = RwSignal::new(None);
    Effect::new(move |_| {
        let of = of.clone();
        let listener = window_event_listener(ev::input, move |_| {
            let (of, password) = (of.clone(), inputs::value_of(&of));
            // Input elsewhere must not fetch the estimator.
            if password.is_empty() {
                return estimated.set(None);
            }
            spawn_local(async move {
                let estimate = estimate(password.clone(), inputs::names_in_form_of(&of)).await.ok();
                // The password changed during the estimate, and that input event starts its own.
                if inputs::value_of(&of) == password {
                    estimated.try_set(estimate);
                }
            });
        });
        on_cleanup(move || listener.remove());
    });
    // Screen readers announce every write to a live region, so write only when the estimate changes.
    let shown = Memo::new(move |_| estimated.get());
    view! {
        <div class="strength" data-level=move || shown.get().map(|strength| strength.level as u8)>
            <span class="scale" aria-hidden="true"></span>
            <p aria-live="polite">
                {move || shown.get().map(|strength| view! {
                    <span class="visually-hidden">{text::STRENGTH}</span>
                    <strong>{text::level(strength)}</strong>
                    {text::advice(strength)}
                })}
            </p>
        </div>
    }
}

/// No estimate: the password is empty, or the estimator could not be loaded.
struct NoEstimate;

impl From<SplitLoaderError> for NoEstimate {
    fn from(_: SplitLoaderError) -> Self {
        Self
    }
}

// Only new passwords need the dictionary.
chunk!(strength: fn estimate(password: String, context: Vec<String>) -> Result<Strength, NoEstimate> {
    let context: Vec<&str> = context.iter().map(String::as_str).collect();
    if password.is_empty() { Err(NoEstimate) } else { Ok(strength(&inputs::compatible(&password), &context)) }
});
