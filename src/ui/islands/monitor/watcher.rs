//! What keeps the board right while somebody looks: hears the stream, and asks the server anew.

use super::{
    board::{Board, Link},
    events::{LogLine, Mark},
};
use crate::{
    model::{EndReason, FnError, Monitor, MonitorView, SessionNews, Timestamp},
    server_fns::monitor,
    ui::{
        browser::{
            clock, navigation, renewal,
            session_feed::{Arrival, RESET, SessionFeed},
        },
        words::monitor as words,
    },
};
use gloo_net::eventsource::State;
use leptos::{prelude::*, serde_json, task::spawn_local};
use std::{cell::RefCell, rc::Rc, time::Duration};

/// How often what has come is looked at.
const BEAT: Duration = Duration::from_millis(250);
/// How often the server is asked at most, where the list has changed and where only figures have.
const LIST: Duration = Duration::from_secs(2);
const FIGURES: Duration = Duration::from_secs(5);
/// How often what happened is read out at most.
const TELLING: Duration = Duration::from_secs(15);
/// How many events are kept.
const KEPT: usize = 100;

/// Watches for as long as the page lives.
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

/// Why the server is to be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Want {
    Nothing,
    Figures,
    List,
    /// Whether whoever looks may still look.
    Leave,
}

struct Watcher {
    board: Board,
    feed: Option<SessionFeed>,
    /// The last event that was heard.
    last_event: String,
    was_open: bool,
    failures: u32,
    not_before: Timestamp,
    want: Want,
    is_asking: bool,
    asked_at: Timestamp,
    told_at: Timestamp,
    /// What happened since it was told: sign-ins, renewals, ends, suspicions.
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

    /// Nothing runs while nobody looks; the next stream begins where this one ends.
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
            if let Some(summary) = words::summary(started, renewed, ended, suspected) {
                self.board.summary.set(summary);
            }
        }
    }

    /// Opens the stream where there is none, and finds out how it stands.
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
                // What is past what the server remembers is in no event.
                self.want = Want::List;
            }
            State::Closed if self.feed.take().is_some() => {
                self.failures += 1;
                self.not_before = now + renewal::patience(self.failures);
                self.want = Want::Leave;
            }
            _ => {}
        }
        if link != self.board.link.get_untracked() {
            self.board.link.set(link);
        }
    }

    /// Looks at what has come.
    fn look(&mut self) {
        let Some(feed) = &self.feed else { return };
        let arrivals = feed.take();
        if arrivals.is_empty() {
            return;
        }
        self.remember(arrivals.iter());
        // What another node told shortly before may be told again.
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
            // The page itself says so.
            Err(FnError::Forbidden) => navigation::reload(),
            Err(_) => self.wants(Want::List),
        }
    }
}
