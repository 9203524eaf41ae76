//! Local times.

use crate::{
    model::Timestamp,
    ui::browser::{clock, times},
};
use leptos::prelude::*;
use std::time::Duration;

const EVERY: Duration = Duration::from_secs(30);

/// Keeps every `<time>` of the page in local time and up to date. `now` is the server's time.
#[island]
pub fn LocalTimes(now: Timestamp) -> impl IntoView {
    Effect::new(move |_| {
        clock::set_from_page(now);
        times::update_all();
        set_interval(times::update_all, EVERY);
    });
}
