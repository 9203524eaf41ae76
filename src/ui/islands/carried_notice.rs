//! A notice carried from the previous page.

use crate::ui::{browser::navigation, components::StatusMessage};
use leptos::prelude::*;

/// Shows the notice that the previous page carried here, once. Without scripts the server carries it.
#[island]
pub fn CarriedNotice() -> impl IntoView {
    let message = RwSignal::new(None::<String>);
    Effect::new(move |_| message.set(navigation::take_notice()));
    view! { <StatusMessage message /> }
}
