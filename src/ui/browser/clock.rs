//! The server's clock, as far as this browser knows it.

use crate::model::Timestamp;
use leptos::prelude::window;
use std::cell::Cell;

thread_local! {
    /// What to add to the browser's clock, in milliseconds.
    static AHEAD: Cell<f64> = const { Cell::new(0.0) };
}

/// Learns the server's time out of an answer that was asked for `since` milliseconds ago. Where in
/// that span the server looked at its clock is unknown: the earliest is taken, so that a token is
/// never thought to live longer than it does.
pub fn learn(server: Timestamp, since: f64) {
    AHEAD.set(to_float(server) + since - js_sys::Date::now());
}

/// Learns the server's time out of the page itself.
pub fn learn_from_page(server: Timestamp) {
    learn(server, since_navigation());
}

/// The server's time now.
pub fn now() -> Timestamp {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 are far below 2^53")]
    Timestamp((js_sys::Date::now() + AHEAD.get()) as i64)
}

/// Milliseconds since this page was asked for.
pub fn since_navigation() -> f64 {
    window().performance().map_or(0.0, |performance| performance.now())
}

fn to_float(at: Timestamp) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 are far below 2^53")]
    let millis = at.0 as f64;
    millis
}
