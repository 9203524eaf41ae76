//! The remaining lifetime of a token.

use crate::{
    model::Timestamp,
    ui::{
        browser::clock,
        text::{self, inspector},
    },
};
use leptos::prelude::*;
use std::time::Duration;

const TICK: Duration = Duration::from_secs(1);

/// Counts down to `expires_at`. `now` is the server's time.
#[island]
pub fn Expiry(expires_at: Timestamp, now: Timestamp) -> impl IntoView {
    let time = RwSignal::new(now);
    Effect::new(move |_| {
        clock::set_from_page(now);
        set_interval(move || time.set(clock::now()), TICK);
    });
    let left = move || expires_at.since(time.get());
    view! {
        <p class="aside" hidden=move || left().is_zero()>
            <span class="clock" role="timer">{move || text::countdown(left())}</span>
            " "
            {inspector::LEFT}
        </p>
        <p class="aside" hidden=move || !left().is_zero()>{inspector::OVER}</p>
    }
}
