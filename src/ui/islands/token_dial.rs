//! The countdown dial of the access token.

use crate::ui::text;
use leptos::prelude::*;
use std::time::Duration;

/// Stage of an access token's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Live,
    Soon,
    /// A refresh failed, and there is time left.
    Retrying,
    Ended,
    /// The browser has no network.
    Offline,
}

impl Stage {
    fn name(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Soon | Self::Retrying | Self::Offline => "soon",
            Self::Ended => "ended",
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Live => text::TOKEN_LIVE,
            Self::Soon => text::TOKEN_SOON,
            Self::Retrying => text::TOKEN_RETRYING,
            Self::Ended => text::TOKEN_ENDED,
            Self::Offline => text::TOKEN_OFFLINE,
        }
    }
}

/// Shows the remaining share as a ring and the remaining time as a clock.
#[component]
pub fn Dial(left: Signal<Duration>, whole: Signal<Duration>, stage: Signal<Stage>) -> impl IntoView {
    let share = move || {
        let whole = whole.get().as_secs_f64();
        let share = if whole > 0.0 { left.get().as_secs_f64() / whole } else { 0.0 };
        format!("{:.1} 100", share.clamp(0.0, 1.0) * 100.0)
    };
    view! {
        <div class="dial" data-stage=move || stage.get().name()>
            <svg viewBox="0 0 100 100" aria-hidden="true">
                <circle class="scale" cx="50" cy="50" r="48" pathLength="120" />
                <circle class="scale" cx="50" cy="50" r="46.5" pathLength="120" />
                <circle class="track" cx="50" cy="50" r="40" />
                <circle class="hand" cx="50" cy="50" r="40" pathLength="100" stroke-dasharray=share />
            </svg>
            <p>
                <span class="clock" role="timer" aria-label=text::ACCESS_TOKEN>{move || text::countdown(left.get())}</span>
            </p>
        </div>
    }
}

/// Shows the stage as text.
#[component]
pub fn StageLine(stage: Signal<Stage>) -> impl IntoView {
    view! {
        <p class="stage" data-stage=move || stage.get().name()>
            {text::ACCESS_TOKEN} ": "
            <strong>{move || stage.get().word()}</strong>
        </p>
    }
}
