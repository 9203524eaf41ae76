//! The status bar of the session list.

use super::board::{Board, Link};
use crate::ui::{browser::navigation, text::monitor as text};
use leptos::prelude::*;

const TITLE_ID: &str = "sessions";

/// Shows the number of sessions and the connection state, the pause button, and the offer of a newer list while
/// rows must not move.
#[component]
pub fn StatusBar(board: Board) -> impl IntoView {
    let link = board.link;
    let pauses = move |_| board.is_paused.update(|is_paused| *is_paused = !*is_paused);
    view! {
        <div class="bar">
            <h2 id=TITLE_ID tabindex="-1">{text::SESSIONS} " " <span class="tag number">{move || text::grouped(board.edges.read().total)}</span></h2>
            <p class="link" role="status" data-stage=move || stage(link.get())>
                <strong>{move || word(link.get())}</strong>
                <span class="aside">{move || (link.get() == Link::Reconnecting).then_some(text::LOST)}</span>
            </p>
            <button type="button" hidden=move || link.get() == Link::None on:click=pauses>
                {move || if board.is_paused.get() { text::RESUME } else { text::PAUSE }}
            </button>
        </div>
        <Offer board />
    }
}

#[component]
fn Offer(board: Board) -> impl IntoView {
    let shows = move |_| {
        board.show_offered();
        // The button that had the focus is gone.
        navigation::focus(TITLE_ID.to_owned());
    };
    view! {
        <p class="notice offer" hidden=move || board.offered.read().is_none()>
            <span>{move || board.offered.read().as_ref().map(|(count, _)| text::newcomers(*count))}</span>
            <button type="button" on:click=shows>{text::SHOW}</button>
        </p>
    }
}

fn word(link: Link) -> &'static str {
    match link {
        Link::None => text::NO_SCRIPTS,
        Link::Connecting => text::CONNECTING,
        Link::Live => text::LIVE,
        Link::Reconnecting => text::RECONNECTING,
        Link::Paused => text::PAUSED,
    }
}

fn stage(link: Link) -> Option<&'static str> {
    match link {
        Link::None | Link::Connecting | Link::Paused => None,
        Link::Live => Some("live"),
        Link::Reconnecting => Some("soon"),
    }
}
