//! The signed-in user's name on the page.

use leptos::prelude::document;

/// Replaces the name wherever the page shows it.
pub fn show(name: &str) {
    let Ok(found) = document().query_selector_all("[data-own-name]") else { return };
    for index in 0..found.length() {
        if let Some(node) = found.get(index) {
            node.set_text_content(Some(name));
        }
    }
}
