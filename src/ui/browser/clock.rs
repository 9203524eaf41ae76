//! The server's clock, estimated in the browser.

use crate::model::Timestamp;
use leptos::prelude::window;
use std::cell::Cell;

thread_local! {
    /// Offset from the browser's clock to the server's, in milliseconds.
    static OFFSET: Cell<f64> = const { Cell::new(0.0) };
}

/// Adjusts the clock from a response whose request was sent `since` milliseconds ago.
///
/// When within that span the server read its clock is unknown. Assuming the earliest moment never overestimates
/// the remaining lifetime of a token.
pub fn set(server: Timestamp, since: f64) {
    OFFSET.set(to_float(server) + since - js_sys::Date::now());
}

/// Adjusts the clock from the page itself.
pub fn set_from_page(server: Timestamp) {
    set(server, since_navigation());
}

/// Returns the current time of the server.
pub fn now() -> Timestamp {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 are far below 2^53")]
    Timestamp((js_sys::Date::now() + OFFSET.get()) as i64)
}

/// Returns the milliseconds since navigation to this page started.
pub fn since_navigation() -> f64 {
    window().performance().map_or(0.0, |performance| performance.now())
}

fn to_float(at: Timestamp) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 are far below 2^53")]
    let millis = at.0 as f64;
    millis
}
