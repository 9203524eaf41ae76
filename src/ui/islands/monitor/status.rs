//! The status bar of the session list.

use super::board::{Board, Link};
use crate::ui::{browser::navigation, words::monitor as words};
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
            <h2 id=TITLE_ID tabindex="-1">{words::SESSIONS} " " <span class="tag number">{move || words::grouped(board.edges.read().total)}</span></h2>
            <p class="link" role="status" data-stage=move || stage(link.get())>
                <strong>{move || word(link.get())}</strong>
                <span class="aside">{move || (link.get() == Link::Reconnecting).then_some(words::LOST)}</span>
            </p>
            <button type="button" hidden=move || link.get() == Link::None on:click=pauses>
                {move || if board.is_paused.get() { words::RESUME } else { words::PAUSE }}
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
            <span>{move || board.offered.read().as_ref().map(|(count, _)| words::newcomers(*count))}</span>
            <button type="button" on:click=shows>{words::SHOW}</button>
        </p>
    }
}

fn word(link: Link) -> &'static str {
    match link {
        Link::None => words::NO_SCRIPTS,
        Link::Connecting => words::CONNECTING,
        Link::Live => words::LIVE,
        Link::Reconnecting => words::RECONNECTING,
        Link::Paused => words::PAUSED,
    }
}

fn stage(link: Link) -> Option<&'static str> {
    match link {
        Link::None | Link::Connecting | Link::Paused => None,
        Link::Live => Some("live"),
        Link::Reconnecting => Some("soon"),
    }
}
