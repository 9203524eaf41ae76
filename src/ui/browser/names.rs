//! The name of who is signed in, wherever a page shows it.

use leptos::prelude::document;

/// Shows a new name in place of the old.
pub fn show(name: &str) {
    let Ok(found) = document().query_selector_all("[data-own-name]") else { return };
    for index in 0..found.length() {
        if let Some(node) = found.get(index) {
            node.set_text_content(Some(name));
        }
    }
}
