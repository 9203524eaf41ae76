//! The clipboard.

use leptos::prelude::window;

/// Whether a page like this one may write to it: browsers ask for https, or this machine itself.
pub fn is_there() -> bool {
    window().is_secure_context()
}

/// Writes a text to it. Answers whether the browser allowed it.
pub async fn write(text: &str) -> bool {
    window().navigator().clipboard().write_text(text).await.is_ok()
}
