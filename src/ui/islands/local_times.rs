//! The page's moments in the reader's own zone.

use crate::{
    model::Timestamp,
    ui::browser::{clock, times},
};
use leptos::prelude::*;
use std::time::Duration;

const EVERY: Duration = Duration::from_secs(30);

/// Retells every `<time>` of the page, again and again. `now` is the server's clock.
#[island]
pub fn LocalTimes(now: Timestamp) -> impl IntoView {
    Effect::new(move |_| {
        clock::learn_from_page(now);
        times::retell();
        set_interval(times::retell, EVERY);
    });
}
