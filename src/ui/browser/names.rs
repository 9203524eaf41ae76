//! The signed-in user's name on the page.

use crate::model::initials;
use leptos::prelude::document;

/// Replaces the name and its initials wherever the page shows them.
pub fn show(name: &str) {
    for (marked, text) in [("[data-own-name]", name), ("[data-own-initials]", &initials(name))] {
        let Ok(found) = document().query_selector_all(marked) else { continue };
        for index in 0..found.length() {
            if let Some(node) = found.get(index) {
                node.set_text_content(Some(text));
            }
        }
    }
}
