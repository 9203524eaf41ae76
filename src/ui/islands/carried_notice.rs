//! What a form has left to say on the page it led to.

use crate::ui::{browser::navigation, components::Said};
use leptos::prelude::*;

/// Says what was carried here, once. Without scripts the server carries it.
#[island]
pub fn CarriedNotice() -> impl IntoView {
    let said = RwSignal::new(None::<String>);
    Effect::new(move |_| said.set(navigation::take_notice()));
    view! { <Said said /> }
}
