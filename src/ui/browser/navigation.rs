//! Navigation by page loads.

use crate::model::Page;
use leptos::{ev, prelude::*, wasm_bindgen::JsCast};
use web_sys::{HtmlElement, HtmlInputElement};

const NOTICE: &str = "claviger-notice";

/// Navigates to a path of this site.
pub fn go(path: &str) {
    window().location().assign(path).ok();
}

/// Reloads this page.
pub fn reload() {
    window().location().reload().ok();
}

/// Navigates to the sign-in form, which reports that the session ended and leads back here.
pub fn go_to_sign_in() {
    let location = window().location();
    let here = location.pathname().unwrap_or_default() + &location.search().unwrap_or_default();
    go(&Page::SignIn.with([("next", here.as_str()), ("ended", "1")]));
}

/// Clears the current-password fields, so that the user enters the password again.
pub fn forget_passwords() {
    let Ok(fields) = document().query_selector_all("input[autocomplete=current-password]") else { return };
    for index in 0..fields.length() {
        if let Some(field) = fields.get(index).and_then(|node| node.dyn_into::<HtmlInputElement>().ok()) {
            field.set_value("");
        }
    }
}

/// Stores a notice for the next page of this tab.
pub fn carry_notice(notice: &str) {
    if let Ok(Some(storage)) = window().session_storage() {
        storage.set_item(NOTICE, notice).ok();
    }
}

/// Takes the stored notice; it is returned only once.
pub fn take_notice() -> Option<String> {
    let storage = window().session_storage().ok().flatten()?;
    let notice = storage.get_item(NOTICE).ok().flatten();
    storage.remove_item(NOTICE).ok();
    notice
}

/// Reloads a page restored from the back/forward cache: its user may have signed out since.
pub fn reload_when_shown_again() {
    let handle = window_event_listener(ev::pageshow, |event| {
        if event.persisted() {
            reload();
        }
    });
    std::mem::forget(handle);
}

/// Focuses the element with this id after the next rendering.
pub fn focus(id: String) {
    request_animation_frame(move || {
        let found = document().get_element_by_id(&id).and_then(|element| element.dyn_into::<HtmlElement>().ok());
        if let Some(element) = found {
            element.focus().ok();
        }
    });
}
