//! The state that the monitor shows.

use super::{
    Pagination,
    events::LogLine,
    listed::{self, ListedSession},
};
use crate::{
    model::{EndReason, Monitor, MonitorView, MonitoredPart, Overview, Timestamp},
    ui::browser::times,
};
use leptos::prelude::*;
use std::collections::VecDeque;

/// Matches while rows must not move, because the pointer or the keyboard focus is on one of them.
const ROWS_IN_USE: &str = "#rows:hover, #rows:focus-within";

/// Connection state of the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectionState {
    /// Scripts are off or have not started yet.
    NotStarted,
    Connecting,
    Live,
    Reconnecting,
    Paused,
}

/// State of the monitor. The server fills it, the watcher updates it.
#[derive(Clone, Copy)]
pub struct MonitorState {
    pub rows: RwSignal<Vec<ListedSession>>,
    pub pagination: RwSignal<Pagination>,
    pub overview: RwSignal<Overview>,
    /// Newer list that waits to be shown, with the number of new sessions in it.
    pub offered: RwSignal<Option<(usize, MonitoredPart)>>,
    /// Latest events, newest first.
    pub log: RwSignal<VecDeque<LogLine>>,
    /// Summary of recent events for screen readers.
    pub summary: RwSignal<String>,
    pub connection: RwSignal<ConnectionState>,
    pub is_paused: RwSignal<bool>,
    /// The server's time.
    pub now: RwSignal<Timestamp>,
    /// Event that the stream starts after.
    pub first_event: StoredValue<String>,
    pub view: StoredValue<MonitorView>,
    pub own_session: StoredValue<String>,
    pub may_revoke: StoredValue<bool>,
}

impl MonitorState {
    /// Creates the state from the server's data.
    pub fn of(monitor: Monitor) -> Self {
        let Monitor { latest_event, view, part, overview, own_session, may_revoke } = monitor;
        Self {
            pagination: RwSignal::new(Pagination::of(&part)),
            rows: RwSignal::new(part.sessions.into_iter().map(ListedSession::of).collect()),
            now: RwSignal::new(overview.now),
            overview: RwSignal::new(overview),
            offered: RwSignal::new(None),
            log: RwSignal::new(VecDeque::new()),
            summary: RwSignal::new(String::new()),
            connection: RwSignal::new(ConnectionState::NotStarted),
            is_paused: RwSignal::new(false),
            first_event: StoredValue::new(latest_event.unwrap_or_default()),
            view: StoredValue::new(view),
            own_session: StoredValue::new(own_session),
            may_revoke: StoredValue::new(may_revoke),
        }
    }

    /// Returns whether the list shows this session.
    pub fn shows(self, id: &str) -> bool {
        self.rows.read_untracked().iter().any(|row| row.session.id == id)
    }

    /// Marks a session as ended, in its place.
    pub fn end(self, id: &str, reason: EndReason) {
        if self.shows(id) {
            self.rows.update(|rows| listed::end(rows, id, reason, self.now.get_untracked()));
        }
    }

    /// Applies a response. While rows must not move, updates them in place and offers the new list instead.
    pub fn apply(self, part: MonitoredPart, overview: Overview) {
        self.overview.set(overview);
        if !are_rows_in_use() {
            return self.show(&part);
        }
        let count = listed::count_new(&self.rows.read_untracked(), &part.sessions);
        self.rows.update(|rows| listed::refresh(rows, &part.sessions));
        self.offered.set(count.map(|count| (count, part)));
        request_animation_frame(times::update_all);
    }

    /// Shows the list that is offered.
    pub fn show_offered(self) {
        if let Some((_, part)) = self.offered.get_untracked() {
            self.show(&part);
        }
    }

    /// Removes ended sessions whose linger time is over, unless rows must not move.
    pub fn remove_expired(self) {
        let now = self.now.get_untracked();
        if listed::has_expired(&self.rows.read_untracked(), now) && !are_rows_in_use() {
            self.rows.update(|rows| rows.retain(|row| !listed::has_expired(std::slice::from_ref(row), now)));
        }
    }

    fn show(self, part: &MonitoredPart) {
        let rows = listed::merge(&self.rows.read_untracked(), &part.sessions, self.now.get_untracked());
        self.rows.set(rows);
        self.pagination.set(Pagination::of(part));
        self.offered.set(None);
        request_animation_frame(times::update_all);
    }
}

fn are_rows_in_use() -> bool {
    document().query_selector(ROWS_IN_USE).ok().flatten().is_some()
}
