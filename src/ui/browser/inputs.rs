//! Values typed into a form.

use leptos::{prelude::*, wasm_bindgen::JsCast};
use web_sys::HtmlInputElement;

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

fn typed_into(input: impl JsCast) -> Option<String> {
    input.dyn_into::<HtmlInputElement>().ok().map(|input| input.value())
}
