//! The monitor, live: what it shows follows the stream of events for as long as somebody looks.

mod board;
mod chart;
mod events;
mod figures;
mod row;
mod shown;
mod status;
mod table;
mod watcher;

use crate::model::{Monitor, MonitoredPart};
use board::Board;
use events::EventLog;
use figures::Figures;
use leptos::prelude::*;
use status::StatusBar;
use table::{Pager, SessionTable};

pub use row::StateOfSession;

/// The figures, the list and the events. A [chunk](crate::ui::chunk) that this page alone fetches. What narrows
/// the list down stands between the figures and the list, and needs no code.
#[cfg_attr(feature = "split", island(lazy))]
#[cfg_attr(not(feature = "split"), island)]
pub fn LiveMonitor(monitor: Monitor, children: Children) -> impl IntoView {
    let board = Board::of(monitor);
    Effect::new(move |_| watcher::start(board));
    view! {
        <Figures overview=board.overview />
        {children()}
        <section class="list" aria-labelledby="sessions">
            <StatusBar board />
            <SessionTable board />
            <Pager board />
        </section>
        <EventLog board />
    }
}

/// Where a part of the list begins and ends, and of how much it is one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Edges {
    total: i64,
    next: Option<String>,
    prev: Option<String>,
}

impl Edges {
    fn of(part: &MonitoredPart) -> Self {
        Self { total: part.total, next: part.next.clone(), prev: part.prev.clone() }
    }
}
