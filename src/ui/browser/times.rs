//! Shows the moments of a page in the local time zone and as relative times.

use super::clock;
use crate::{model::Timestamp, ui::text};
use leptos::{prelude::document, wasm_bindgen::JsCast};
use web_sys::Element;

/// English like the rest of the page, with the day before the month as the server writes it.
const LOCALE: &str = "en-GB";
const EXACT: &str =
    r#"{"day":"numeric","month":"short","year":"numeric","hour":"2-digit","minute":"2-digit","timeZoneName":"short"}"#;

/// Returns the local time of day, to the second.
pub fn clock(at: Timestamp) -> String {
    js_sys::Date::new(&at.to_string().into()).to_locale_time_string(LOCALE).into()
}

/// Updates every `<time>` of the page.
pub fn update_all() {
    let Ok(found) = document().query_selector_all("time[datetime]") else { return };
    for index in 0..found.length() {
        if let Some(element) = found.get(index).and_then(|node| node.dyn_into::<Element>().ok()) {
            update(&element);
        }
    }
}

fn update(element: &Element) {
    let Some(at) = element.get_attribute("datetime") else { return };
    let date = js_sys::Date::new(&at.into());
    if date.get_time().is_nan() {
        return;
    }
    let options = js_sys::JSON::parse(EXACT).unwrap_or_default();
    let exact = String::from(date.to_locale_string(LOCALE, &options));
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 are far below 2^53")]
    let at = Timestamp(date.get_time() as i64);
    let relative = text::ago(at, clock::now()).filter(|_| !element.has_attribute("data-due"));
    match relative {
        Some(relative) => show_relative(element, &relative, &exact),
        None => element.set_text_content(Some(&exact)),
    }
}

/// Shows the relative time, with the exact one on hover and for screen readers.
fn show_relative(element: &Element, relative: &str, exact: &str) {
    let aside = format!(" ({exact})");
    if element.text_content().is_some_and(|shown| shown == format!("{relative}{aside}")) {
        return;
    }
    element.set_text_content(Some(relative));
    element.set_attribute("title", exact).ok();
    if let Ok(hidden) = document().create_element("span") {
        hidden.set_class_name("visually-hidden");
        hidden.set_text_content(Some(&aside));
        element.append_child(&hidden).ok();
    }
}
