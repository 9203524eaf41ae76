//! Keeps the monitor up to date while its page is visible: reads the event stream and queries the server.

use super::{
    events::{EventKind, LogLine},
    state::{ConnectionState, MonitorState},
};
use crate::{
    model::{EndReason, FnError, Monitor, MonitorView, StreamedEvent, Timestamp},
    server_fns::monitor,
    ui::{
        browser::{
            clock, navigation, refresh,
            session_feed::{FeedEvent, RESET, SessionFeed},
        },
        text::monitor as text,
    },
};
use gloo_net::eventsource::State;
use leptos::{prelude::*, serde_json, task::spawn_local};
use std::{cell::RefCell, rc::Rc, time::Duration};

/// Interval of reading events.
const TICK: Duration = Duration::from_millis(250);
/// Minimum intervals between queries: after changes to the list, and after changes to the figures only.
const LIST_INTERVAL: Duration = Duration::from_secs(2);
const FIGURES_INTERVAL: Duration = Duration::from_secs(5);
/// Minimum interval between summaries for screen readers.
const SUMMARY_INTERVAL: Duration = Duration::from_secs(15);
/// Number of events to keep in the log.
const LOG_LENGTH: usize = 100;

/// Starts the watcher. It runs as long as the page lives.
pub fn start(monitor: MonitorState) {
    clock::set_from_page(monitor.now.get_untracked());
    monitor.connection.set(ConnectionState::Connecting);
    let watcher = Rc::new(RefCell::new(Watcher::new(monitor)));
    set_interval(move || tick(&watcher), TICK);
}

fn tick(watcher: &Rc<RefCell<Watcher>>) {
    let mut this = watcher.borrow_mut();
    if document().hidden() {
        return this.disconnect();
    }
    let now = clock::now();
    this.update_clock(now);
    if this.monitor.is_paused.get_untracked() {
        this.monitor.connection.set(ConnectionState::Paused);
        return this.disconnect();
    }
    this.connect(now);
    this.read_events();
    if this.may_query(now) {
        this.begin_query(now);
        let watcher = Rc::clone(watcher);
        spawn_local(async move {
            let query = watcher.borrow().monitor.view.with_value(MonitorView::query);
            let response = monitor(query).await;
            watcher.borrow_mut().receive(response);
        });
    }
}

/// Why to query the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reload {
    Nothing,
    Figures,
    List,
    /// Check whether the user may still see the page.
    Access,
}

struct Watcher {
    monitor: MonitorState,
    feed: Option<SessionFeed>,
    /// Id of the last event received.
    last_event: String,
    /// Whether the stream has opened since it was last paused, so that losing it shows as reconnecting.
    was_open: bool,
    /// Whether the page alone may no longer be complete: the first stream goes on where the page ends.
    has_gap: bool,
    failures: u32,
    /// Earliest time to reopen the stream after a failure.
    not_before: Timestamp,
    reload: Reload,
    /// Whether a query is in flight. There is never more than one.
    is_querying: bool,
    queried_at: Timestamp,
    summarized_at: Timestamp,
    /// Events since the last summary, indexed by `EventKind`: sign-ins, refreshes, ended sessions, risk signals.
    unsummarized: [usize; 4],
}

impl Watcher {
    fn new(monitor: MonitorState) -> Self {
        let never = Timestamp::default();
        Self {
            monitor,
            feed: None,
            last_event: monitor.first_event.get_value(),
            was_open: false,
            has_gap: monitor.first_event.with_value(String::is_empty),
            failures: 0,
            not_before: never,
            reload: Reload::Nothing,
            is_querying: false,
            queried_at: never,
            summarized_at: monitor.now.get_untracked(),
            unsummarized: [0; 4],
        }
    }

    /// Closes the stream while the page is hidden or paused. The next stream resumes after the last event received.
    fn disconnect(&mut self) {
        if let Some(feed) = self.feed.take() {
            self.remember(feed.take().iter());
        }
        self.was_open = false;
    }

    fn update_clock(&mut self, now: Timestamp) {
        if now.seconds() != self.monitor.now.get_untracked().seconds() {
            self.monitor.now.set(now);
            self.monitor.remove_expired();
        }
        if now.since(self.summarized_at) >= SUMMARY_INTERVAL {
            let [started, refreshed, ended, flagged] = std::mem::take(&mut self.unsummarized);
            self.summarized_at = now;
            if let Some(summary) = text::summary(started, refreshed, ended, flagged) {
                self.monitor.summary.set(summary);
            }
        }
    }

    /// Opens the stream if there is none, and updates the connection state.
    fn connect(&mut self, now: Timestamp) {
        if self.feed.is_none() && now >= self.not_before {
            self.feed = SessionFeed::open(&self.last_event);
        }
        let state = self.feed.as_ref().map_or(State::Closed, SessionFeed::state);
        let connection = match (state, self.was_open || self.failures > 0) {
            (State::Open, _) => ConnectionState::Live,
            (_, true) => ConnectionState::Reconnecting,
            (_, false) => ConnectionState::Connecting,
        };
        match state {
            State::Open if self.monitor.connection.get_untracked() != ConnectionState::Live => {
                (self.was_open, self.failures) = (true, 0);
                // The server's event history is limited, so events may be missing after a reconnect.
                if std::mem::replace(&mut self.has_gap, true) {
                    self.reload = Reload::List;
                }
            }
            State::Closed if self.feed.take().is_some() => {
                self.failures += 1;
                self.not_before = now + refresh::backoff(self.failures);
                self.reload = Reload::Access;
            }
            _ => {}
        }
        if connection != self.monitor.connection.get_untracked() {
            self.monitor.connection.set(connection);
        }
    }

    /// Reads the received events.
    fn read_events(&mut self) {
        let Some(feed) = &self.feed else { return };
        let events = feed.take();
        if events.is_empty() {
            return;
        }
        self.remember(events.iter());
        // Events can be delivered twice, for example those that another node published shortly before.
        let is_known = |event: &FeedEvent| self.monitor.log.read_untracked().iter().any(|line| line.id == event.id);
        let events: Vec<FeedEvent> = events.into_iter().filter(|event| !is_known(event)).collect();
        let lines: Vec<LogLine> = events.iter().filter_map(|event| self.apply(event)).collect();
        self.monitor.log.update(|log| {
            for line in lines {
                log.push_front(line);
            }
            log.truncate(LOG_LENGTH);
        });
    }

    fn apply(&mut self, event: &FeedEvent) -> Option<LogLine> {
        if event.name == RESET {
            self.request(Reload::List);
            return None;
        }
        let news: StreamedEvent = serde_json::from_str(&event.data).ok()?;
        let line = LogLine::of(event.name, &news)?;
        self.unsummarized[line.kind as usize] += 1;
        if line.kind == EventKind::Ended {
            let reason = news.reason.and_then(|reason| reason.parse().ok()).unwrap_or(EndReason::Revoked);
            self.monitor.end(&news.session_id, reason);
        }
        let is_far = line.kind == EventKind::Refreshed && !self.monitor.shows(&news.session_id);
        self.request(if is_far { Reload::Figures } else { Reload::List });
        Some(line)
    }

    fn remember<'a>(&mut self, mut events: impl DoubleEndedIterator<Item = &'a FeedEvent>) {
        if let Some(last) = events.rfind(|event| !event.id.is_empty()) {
            self.last_event.clone_from(&last.id);
        }
    }

    fn request(&mut self, reload: Reload) {
        self.reload = self.reload.max(reload);
    }

    fn may_query(&self, now: Timestamp) -> bool {
        let is_live = self.monitor.connection.get_untracked() == ConnectionState::Live;
        let waited = now.since(self.queried_at);
        !self.is_querying
            && match self.reload {
                Reload::Nothing => false,
                Reload::Figures => is_live && waited >= FIGURES_INTERVAL,
                Reload::List => is_live && waited >= LIST_INTERVAL,
                Reload::Access => waited >= LIST_INTERVAL,
            }
    }

    fn begin_query(&mut self, now: Timestamp) {
        (self.is_querying, self.queried_at, self.reload) = (true, now, Reload::Nothing);
    }

    fn receive(&mut self, response: Result<Monitor, FnError>) {
        self.is_querying = false;
        match response {
            Ok(_) if self.monitor.is_paused.get_untracked() => self.reload = Reload::List,
            Ok(monitor) => self.monitor.apply(monitor.part, monitor.overview),
            Err(FnError::SignInRequired) => navigation::go_to_sign_in(),
            // The reloaded page reports the missing permission.
            Err(FnError::Forbidden) => navigation::reload(),
            Err(_) => self.request(Reload::List),
        }
    }
}
