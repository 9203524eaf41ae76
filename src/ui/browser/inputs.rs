//! Values typed into a form.

use js_sys::JsString;
use leptos::{ev::SubmitEvent, prelude::*, wasm_bindgen::JsCast};
use web_sys::{FormData, HtmlFormElement, HtmlInputElement, UrlSearchParams};

const NAMES: &str = "input[autocomplete=name], input[autocomplete=email], input[autocomplete=username]";

/// Returns the value of the input with this id, or an empty string if there is none.
pub fn value_of(id: &str) -> String {
    document().get_element_by_id(id).and_then(typed_into).unwrap_or_default()
}

/// Returns the names and addresses in the form that contains the input with this id.
pub fn names_in_form_of(id: &str) -> Vec<String> {
    let form = document().get_element_by_id(id).and_then(|input| input.closest("form").ok().flatten());
    let Some(found) = form.and_then(|form| form.query_selector_all(NAMES).ok()) else { return Vec::new() };
    (0..found.length()).filter_map(|index| found.get(index).and_then(typed_into)).collect()
}

/// Returns the fields of the form that is submitted, URL-encoded.
pub fn encoded(event: &SubmitEvent) -> Option<String> {
    let form = event.target()?.dyn_into::<HtmlFormElement>().ok()?;
    let fields = FormData::new_with_form(&form).ok()?;
    let fields = UrlSearchParams::new_with_str_sequence_sequence(&fields).ok()?;
    Some(fields.to_string().into())
}

/// Returns the value of one of the URL-encoded `fields`.
pub fn decoded(fields: &str, field: &str) -> Option<String> {
    UrlSearchParams::new_with_str(fields).ok()?.get(field)
}

/// Returns the text in NFKC. The browser has the tables for it.
pub fn compatible(text: &str) -> String {
    JsString::from(text).normalize("NFKC").into()
}

fn typed_into(input: impl JsCast) -> Option<String> {
    input.dyn_into::<HtmlInputElement>().ok().map(|input| input.value())
}
