//! The access token's remaining lifetime, and its refresh before expiry.

use super::token_dial::{Dial, Stage, StageLine};
use crate::{
    model::{Timestamp, TokenLife},
    ui::{
        browser::{
            channel::{self, TabMessage},
            clock, navigation,
            refresh::{self, RefreshResult},
            times,
        },
        components::Moment,
        text,
    },
};
use leptos::{ev, prelude::*, task::spawn_local};
use std::time::Duration;

const TICK: Duration = Duration::from_secs(1);

/// Shows the remaining lifetime of the access token, and refreshes it in time while the page is visible.
///
/// A hidden page waits until it is visible again, so that it does not keep a session alive on its own.
#[cfg_attr(feature = "split", island(lazy))]
#[cfg_attr(not(feature = "split"), island)]
pub fn TokenLifeDial(life: TokenLife, refreshed_at: Option<Timestamp>) -> impl IntoView {
    let watch = TokenWatch {
        life: RwSignal::new(life),
        refreshed_at: RwSignal::new(refreshed_at),
        now: RwSignal::new(life.now),
        failures: RwSignal::new(0),
        is_offline: RwSignal::new(false),
        not_before: StoredValue::new(Timestamp::default()),
        is_requesting: StoredValue::new(false),
        entropy: StoredValue::new(0.0),
    };
    Effect::new(move |_| watch.begin());
    let stage = Signal::derive(move || watch.stage());
    view! {
        <Dial
            left=Signal::derive(move || watch.left())
            whole=Signal::derive(move || refresh::lifetime(&watch.life.get()))
            stage
        />
        <div class="said">
            <StageLine stage />
            <p class="aside">
                {move || text::refreshes(watch.life.read().refreshes)}
                {move || watch.refreshed_at.get().map(|at| view! { <Moment at /> })}
            </p>
        </div>
    }
}

/// State of the access token in this tab.
#[derive(Clone, Copy)]
struct TokenWatch {
    life: RwSignal<TokenLife>,
    refreshed_at: RwSignal<Option<Timestamp>>,
    /// The server's time.
    now: RwSignal<Timestamp>,
    failures: RwSignal<u32>,
    is_offline: RwSignal<bool>,
    not_before: StoredValue<Timestamp>,
    is_requesting: StoredValue<bool>,
    entropy: StoredValue<f64>,
}

impl TokenWatch {
    fn begin(self) {
        clock::set_from_page(self.life.get_untracked().now);
        self.entropy.set_value(js_sys::Math::random());
        channel::listen(move |message| {
            if let TabMessage::Refreshed(life) = message {
                self.take_over(life);
            }
        });
        set_interval(move || self.tick(), TICK);
        let at_once = move || {
            self.not_before.set_value(Timestamp::default());
            self.tick();
        };
        std::mem::forget(window_event_listener(ev::online, move |_| at_once()));
        std::mem::forget(window_event_listener(ev::visibilitychange, move |_| at_once()));
    }

    fn tick(self) {
        let now = clock::now();
        self.now.set(now);
        self.is_offline.set(!window().navigator().on_line());
        let is_due = now >= refresh::due(&self.life.get_untracked(), self.entropy.get_value());
        let may_request = now >= self.not_before.get_value() && !self.is_requesting.get_value();
        if is_due && may_request && !document().hidden() {
            self.is_requesting.set_value(true);
            spawn_local(async move {
                let sent = clock::since_navigation();
                let result = refresh::request().await;
                self.is_requesting.set_value(false);
                self.receive(result, clock::since_navigation() - sent);
            });
        }
    }

    fn receive(self, result: RefreshResult, took: f64) {
        match result {
            RefreshResult::Refreshed(life) => {
                clock::set(life.now, took);
                self.take_over(life);
                channel::send(&TabMessage::Refreshed(life));
            }
            RefreshResult::SignedOut => navigation::go_to_sign_in(),
            RefreshResult::NoResponse => {
                self.failures.update(|failures| *failures += 1);
                self.not_before.set_value(clock::now() + refresh::backoff(self.failures.get_untracked()));
            }
        }
    }

    fn take_over(self, life: TokenLife) {
        if life.refreshes > self.life.get_untracked().refreshes {
            self.refreshed_at.set(Some(life.issued_at));
        }
        self.failures.set(0);
        self.life.set(life);
        self.now.set(clock::now());
        request_animation_frame(times::update_all);
    }

    fn left(self) -> Duration {
        self.life.read().expires_at.since(self.now.get())
    }

    fn stage(self) -> Stage {
        let left = self.left();
        match (left.is_zero(), self.failures.get()) {
            _ if self.is_offline.get() => Stage::Offline,
            (true, _) => Stage::Ended,
            (false, 1..) => Stage::Retrying,
            (false, 0) if left <= refresh::lead(&self.life.read()) => Stage::Soon,
            (false, 0) => Stage::Live,
        }
    }
}
