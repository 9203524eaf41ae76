//! Clipboard access.

use leptos::prelude::window;

/// Returns whether this page may use the clipboard: browsers require https or localhost.
pub fn is_available() -> bool {
    window().is_secure_context()
}

/// Copies a text. Returns whether the browser allowed it.
pub async fn write(text: &str) -> bool {
    window().navigator().clipboard().write_text(text).await.is_ok()
}
