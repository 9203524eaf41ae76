//! Keeps the monitor up to date while its page is visible: reads the event stream and queries the server.

use super::{
    board::{Board, Link},
    events::{LogLine, Mark},
};
use crate::{
    model::{EndReason, FnError, Monitor, MonitorView, SessionNews, Timestamp},
    server_fns::monitor,
    ui::{
        browser::{
            clock, navigation, refresh,
            session_feed::{Arrival, RESET, SessionFeed},
        },
        text::monitor as text,
    },
};
use gloo_net::eventsource::State;
use leptos::{prelude::*, serde_json, task::spawn_local};
use std::{cell::RefCell, rc::Rc, time::Duration};

/// Interval of reading events.
const BEAT: Duration = Duration::from_millis(250);
/// Minimum intervals between queries: after changes to the list, and after changes to the figures only.
const LIST: Duration = Duration::from_secs(2);
const FIGURES: Duration = Duration::from_secs(5);
/// Minimum interval between summaries for screen readers.
const TELLING: Duration = Duration::from_secs(15);
/// Number of events to keep in the log.
const KEPT: usize = 100;

/// Starts the watcher. It runs as long as the page lives.
pub fn start(board: Board) {
    clock::learn_from_page(board.now.get_untracked());
    board.link.set(Link::Connecting);
    let watcher = Rc::new(RefCell::new(Watcher::new(board)));
    set_interval(move || beat(&watcher), BEAT);
}

fn beat(watcher: &Rc<RefCell<Watcher>>) {
    let mut this = watcher.borrow_mut();
    if document().hidden() {
        return this.rest();
    }
    let now = clock::now();
    this.tick(now);
    if this.board.is_paused.get_untracked() {
        this.board.link.set(Link::Paused);
        return this.rest();
    }
    this.mend(now);
    this.look();
    if this.may_ask(now) {
        this.ask(now);
        let watcher = Rc::clone(watcher);
        spawn_local(async move {
            let query = watcher.borrow().board.view.with_value(MonitorView::query);
            let answer = monitor(query).await;
            watcher.borrow_mut().hear(answer);
        });
    }
}

/// Why to query the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Want {
    Nothing,
    Figures,
    List,
    /// Check whether the user may still see the page.
    Leave,
}

struct Watcher {
    board: Board,
    feed: Option<SessionFeed>,
    /// Id of the last event received.
    last_event: String,
    /// Whether the stream has opened since it was last paused, so that losing it shows as reconnecting.
    was_open: bool,
    failures: u32,
    /// Earliest time to reopen the stream after a failure.
    not_before: Timestamp,
    want: Want,
    /// Whether a query is in flight. There is never more than one.
    is_asking: bool,
    asked_at: Timestamp,
    told_at: Timestamp,
    /// Events since the last summary, indexed by `Mark`: sign-ins, refreshes, ended sessions, risk signals.
    untold: [usize; 4],
}

impl Watcher {
    fn new(board: Board) -> Self {
        let never = Timestamp::default();
        Self {
            board,
            feed: None,
            last_event: board.first_event.get_value(),
            was_open: false,
            failures: 0,
            not_before: never,
            want: Want::Nothing,
            is_asking: false,
            asked_at: never,
            told_at: board.now.get_untracked(),
            untold: [0; 4],
        }
    }

    /// Closes the stream while the page is hidden or paused. The next stream resumes after the last event received.
    fn rest(&mut self) {
        if let Some(feed) = self.feed.take() {
            self.remember(feed.take().iter());
        }
        self.was_open = false;
    }

    fn tick(&mut self, now: Timestamp) {
        if now.seconds() != self.board.now.get_untracked().seconds() {
            self.board.now.set(now);
            self.board.let_go();
        }
        if now.since(self.told_at) >= TELLING {
            let [started, renewed, ended, suspected] = std::mem::take(&mut self.untold);
            self.told_at = now;
            if let Some(summary) = text::summary(started, renewed, ended, suspected) {
                self.board.summary.set(summary);
            }
        }
    }

    /// Opens the stream if there is none, and updates the connection state.
    fn mend(&mut self, now: Timestamp) {
        if self.feed.is_none() && now >= self.not_before {
            self.feed = SessionFeed::open(&self.last_event);
        }
        let state = self.feed.as_ref().map_or(State::Closed, SessionFeed::state);
        let link = match (state, self.was_open || self.failures > 0) {
            (State::Open, _) => Link::Live,
            (_, true) => Link::Reconnecting,
            (_, false) => Link::Connecting,
        };
        match state {
            State::Open if self.board.link.get_untracked() != Link::Live => {
                (self.was_open, self.failures) = (true, 0);
                // The server's event history is limited, so events may be missing after a reconnect.
                self.want = Want::List;
            }
            State::Closed if self.feed.take().is_some() => {
                self.failures += 1;
                self.not_before = now + refresh::patience(self.failures);
                self.want = Want::Leave;
            }
            _ => {}
        }
        if link != self.board.link.get_untracked() {
            self.board.link.set(link);
        }
    }

    /// Reads the received events.
    fn look(&mut self) {
        let Some(feed) = &self.feed else { return };
        let arrivals = feed.take();
        if arrivals.is_empty() {
            return;
        }
        self.remember(arrivals.iter());
        // Events can be delivered twice, for example those that another node published shortly before.
        let is_known = |arrival: &Arrival| self.board.log.read_untracked().iter().any(|line| line.id == arrival.id);
        let arrivals: Vec<Arrival> = arrivals.into_iter().filter(|arrival| !is_known(arrival)).collect();
        let lines: Vec<LogLine> = arrivals.iter().filter_map(|arrival| self.hear_of(arrival)).collect();
        self.board.log.update(|log| {
            for line in lines {
                log.push_front(line);
            }
            log.truncate(KEPT);
        });
    }

    fn hear_of(&mut self, arrival: &Arrival) -> Option<LogLine> {
        if arrival.name == RESET {
            self.wants(Want::List);
            return None;
        }
        let news: SessionNews = serde_json::from_str(&arrival.data).ok()?;
        let line = LogLine::of(arrival.name, &news)?;
        self.untold[line.mark as usize] += 1;
        if line.mark == Mark::Ended {
            let reason = news.reason.and_then(|reason| reason.parse().ok()).unwrap_or(EndReason::Revoked);
            self.board.end(&news.session_id, reason);
        }
        let is_far = line.mark == Mark::Renewed && !self.board.shows(&news.session_id);
        self.wants(if is_far { Want::Figures } else { Want::List });
        Some(line)
    }

    fn remember<'a>(&mut self, mut arrivals: impl DoubleEndedIterator<Item = &'a Arrival>) {
        if let Some(last) = arrivals.rfind(|arrival| !arrival.id.is_empty()) {
            self.last_event.clone_from(&last.id);
        }
    }

    fn wants(&mut self, want: Want) {
        self.want = self.want.max(want);
    }

    fn may_ask(&self, now: Timestamp) -> bool {
        let is_live = self.board.link.get_untracked() == Link::Live;
        let waited = now.since(self.asked_at);
        !self.is_asking
            && match self.want {
                Want::Nothing => false,
                Want::Figures => is_live && waited >= FIGURES,
                Want::List => is_live && waited >= LIST,
                Want::Leave => waited >= LIST,
            }
    }

    fn ask(&mut self, now: Timestamp) {
        (self.is_asking, self.asked_at, self.want) = (true, now, Want::Nothing);
    }

    fn hear(&mut self, answer: Result<Monitor, FnError>) {
        self.is_asking = false;
        match answer {
            Ok(_) if self.board.is_paused.get_untracked() => self.want = Want::List,
            Ok(monitor) => self.board.take(monitor.part, monitor.overview),
            Err(FnError::SignInRequired) => navigation::go_to_sign_in(),
            // The reloaded page reports the missing permission.
            Err(FnError::Forbidden) => navigation::reload(),
            Err(_) => self.wants(Want::List),
        }
    }
}
