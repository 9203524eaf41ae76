//! A notice carried from the previous page.

use crate::ui::{browser::navigation, components::Said};
use leptos::prelude::*;

/// Shows the notice that the previous page carried here, once. Without scripts the server carries it.
#[island]
pub fn CarriedNotice() -> impl IntoView {
    let said = RwSignal::new(None::<String>);
    Effect::new(move |_| said.set(navigation::take_notice()));
    view! { <Said said /> }
}
