//! The live monitor, which follows the event stream while its page is visible.

mod chart;
mod events;
mod figures;
mod listed;
mod row;
mod state;
mod status;
mod table;
mod watcher;

use crate::model::{Monitor, MonitoredPart};
use events::EventLog;
use figures::{Figures, RevocationNote};
use leptos::prelude::*;
use state::MonitorState;
use status::StatusBar;
use table::{Pager, SessionTable};

pub use row::SessionStateBadge;

/// Figures, event log and list. A [chunk](crate::ui::chunk) that only this page fetches. The children are the
/// filters, which stand above the list and need no code.
#[cfg_attr(feature = "split", island(lazy))]
#[cfg_attr(not(feature = "split"), island)]
pub fn LiveMonitor(monitor: Monitor, children: Children) -> impl IntoView {
    let monitor = MonitorState::of(monitor);
    Effect::new(move |_| watcher::start(monitor));
    view! {
        <Figures overview=monitor.overview />
        <EventLog monitor />
        {children()}
        <section class="list" aria-labelledby="sessions">
            <StatusBar monitor />
            <SessionTable monitor />
            <Pager monitor />
            <RevocationNote overview=monitor.overview />
        </section>
    }
}

/// Cursors of the adjacent pages, and the total number of sessions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Pagination {
    total: i64,
    next: Option<String>,
    prev: Option<String>,
}

impl Pagination {
    fn of(part: &MonitoredPart) -> Self {
        Self { total: part.total, next: part.next.clone(), prev: part.prev.clone() }
    }
}
