//! The status bar of the session list.

use super::state::{ConnectionState, MonitorState};
use crate::ui::{browser::navigation, text::monitor as text};
use leptos::prelude::*;

const TITLE_ID: &str = "sessions";

/// Shows the number of sessions and the connection state, the pause button, and the offer of a newer list while
/// rows must not move.
#[component]
pub fn StatusBar(monitor: MonitorState) -> impl IntoView {
    let connection = monitor.connection;
    let pauses = move |_| monitor.is_paused.update(|is_paused| *is_paused = !*is_paused);
    view! {
        <div class="bar">
            <h2 id=TITLE_ID tabindex="-1">{text::SESSIONS} " " <span class="tag number">{move || text::grouped(monitor.pagination.read().total)}</span></h2>
            <p class="link" role="status" data-stage=move || stage(connection.get())>
                <strong>{move || word(connection.get())}</strong>
                <span class="aside">{move || (connection.get() == ConnectionState::Reconnecting).then_some(text::LOST)}</span>
            </p>
            <button type="button" hidden=move || connection.get() == ConnectionState::NotStarted on:click=pauses>
                {move || if monitor.is_paused.get() { text::RESUME } else { text::PAUSE }}
            </button>
        </div>
        <Offer monitor />
    }
}

#[component]
fn Offer(monitor: MonitorState) -> impl IntoView {
    let shows = move |_| {
        monitor.show_offered();
        // The button that had the focus is gone.
        navigation::focus(TITLE_ID.to_owned());
    };
    view! {
        <p class="notice offer" hidden=move || monitor.offered.read().is_none()>
            <span>{move || monitor.offered.read().as_ref().map(|(count, _)| text::newcomers(*count))}</span>
            <button type="button" on:click=shows>{text::SHOW}</button>
        </p>
    }
}

fn word(connection: ConnectionState) -> &'static str {
    match connection {
        ConnectionState::NotStarted => text::NO_SCRIPTS,
        ConnectionState::Connecting => text::CONNECTING,
        ConnectionState::Live => text::LIVE,
        ConnectionState::Reconnecting => text::RECONNECTING,
        ConnectionState::Paused => text::PAUSED,
    }
}

fn stage(connection: ConnectionState) -> Option<&'static str> {
    match connection {
        ConnectionState::NotStarted | ConnectionState::Connecting | ConnectionState::Paused => None,
        ConnectionState::Live => Some("live"),
        ConnectionState::Reconnecting => Some("soon"),
    }
}
