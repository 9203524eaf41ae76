//! Session events: recorded, counted, and published to readers on all nodes.

mod feed;
mod recorder;

use crate::{
    model::{EventId, Minute, SessionId, StreamedEvent, Timestamp, UserId},
    server::{
        clock::Clock,
        domain::SessionChange,
        randomness::Randomness,
        services::{Jobs, ServiceError},
        store::{Db, StoreError, StoredEvent},
    },
};
use feed::Feed;
pub use feed::{Batch, Reader};
use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicI64, Ordering},
};
use tokio::sync::{Mutex, mpsc, oneshot};

/// How many events can wait to be written. Above it they are lost, and readers are notified.
const WAITING: usize = 10_000;

/// An event in the life of a session.
#[derive(Debug)]
pub struct SessionEvent {
    pub id: EventId,
    /// Its position in the commit order of all nodes; 0 if a node of the previous version wrote it.
    pub position: i64,
    pub at: Timestamp,
    pub session: SessionId,
    pub user: UserId,
    /// The user's address; `None` if the user is gone.
    pub email: Option<String>,
    pub what: SessionChange,
    text: OnceLock<Box<str>>,
}

/// Events counted on this node and not yet written.
#[derive(Debug, Default)]
pub struct Counters {
    started: AtomicI64,
    refreshed: AtomicI64,
    ended: AtomicI64,
    rejected: AtomicI64,
}

/// Handle to the event recorder and the feed.
#[derive(Clone)]
pub struct Events {
    /// Unique for each process.
    node: Arc<str>,
    db: Db,
    clock: Clock,
    queue: mpsc::Sender<Job>,
    counters: Arc<Counters>,
    feed: Arc<Feed>,
}

/// An event without an id.
#[derive(Debug)]
struct Fresh {
    at: Timestamp,
    session: SessionId,
    user: UserId,
    what: SessionChange,
}

enum Job {
    Event(Fresh),
    Flush(oneshot::Sender<()>),
}

impl Events {
    /// Starts the recorder.
    pub(super) async fn start(
        node: Arc<str>,
        db: Db,
        clock: Clock,
        randomness: &Randomness,
        jobs: &Jobs,
    ) -> Result<Self, StoreError> {
        let (queue, waiting) = mpsc::channel(WAITING);
        let feed = Arc::new(Feed::after_position(db.last_event_position().await?));
        let recorder = recorder::Recorder::new(&node, &db, randomness, &feed);
        let recorder = Arc::new(Mutex::new((recorder, waiting)));
        jobs.keep("events", move || recorder::run(Arc::clone(&recorder)));
        Ok(Self { node, db, clock, queue, counters: Arc::default(), feed })
    }

    /// Counts an event and queues it, without waiting until it is written and published.
    pub(super) fn publish(&self, at: Timestamp, session: SessionId, user: UserId, what: SessionChange) {
        match what {
            SessionChange::Started => self.counters.started.fetch_add(1, Ordering::Relaxed),
            SessionChange::Refreshed => self.counters.refreshed.fetch_add(1, Ordering::Relaxed),
            SessionChange::Ended(_) => self.counters.ended.fetch_add(1, Ordering::Relaxed),
            SessionChange::Flagged(_) => 0,
        };
        if self.queue.try_send(Job::Event(Fresh { at, session, user, what })).is_err() {
            self.feed.lose_own();
        }
    }

    /// Counts a rejected refresh or sign-in.
    pub(super) fn count_rejection(&self) {
        self.counters.rejected.fetch_add(1, Ordering::Relaxed);
    }

    /// Subscribes to events from now on.
    pub fn subscribe(&self) -> Reader {
        self.feed.subscribe()
    }

    /// Subscribes to the events after `last`. The reader learns that it missed some if they are no longer
    /// stored.
    pub async fn resume(&self, last: EventId) -> Result<Reader, ServiceError> {
        Ok(recorder::resume(&self.db, &self.feed, last).await?)
    }

    /// Records that events of another node may be lost.
    pub(super) fn miss(&self) {
        self.feed.lose();
    }

    /// Subscribes to events from now on, for a reader that must first reload the list.
    pub fn subscribe_afresh(&self) -> Reader {
        self.feed.afresh()
    }

    /// Publishes what other nodes have written since the last call.
    pub(super) async fn publish_others(&self) -> Result<(), StoreError> {
        recorder::publish_others(&self.db.apart(), &self.feed, self.clock.now()).await
    }

    /// Waits until all events so far are written, and writes the figures.
    pub async fn flush(&self) -> Result<(), StoreError> {
        let (reply, flushed) = oneshot::channel();
        if self.queue.send(Job::Flush(reply)).await.is_ok() {
            let _ = flushed.await;
        }
        self.write_figures().await
    }

    /// Adds this node's counts to the figures of the current minute.
    pub(super) async fn write_figures(&self) -> Result<(), StoreError> {
        let now = self.clock.now();
        let minute = self.counters.take(Timestamp(now.0 - now.0.rem_euclid(60_000)));
        if minute == (Minute { at: minute.at, ..Minute::default() }) {
            return Ok(());
        }
        self.db.add_activity(self.node.to_string(), minute).await
    }
}

impl Counters {
    fn take(&self, at: Timestamp) -> Minute {
        let take = |counter: &AtomicI64| counter.swap(0, Ordering::Relaxed);
        Minute {
            at,
            started: take(&self.started),
            refreshed: take(&self.refreshed),
            ended: take(&self.ended),
            rejected: take(&self.rejected),
        }
    }
}

impl SessionEvent {
    pub fn new(
        id: EventId,
        position: i64,
        at: Timestamp,
        session: SessionId,
        user: UserId,
        email: Option<String>,
        what: SessionChange,
    ) -> Self {
        Self { id, position, at, session, user, email, what, text: OnceLock::new() }
    }

    /// Returns the text for the stream, written once for all readers: there may be a thousand.
    pub fn stream_text(&self, write: fn(&Self) -> String) -> &str {
        self.text.get_or_init(|| write(self).into())
    }

    /// Returns the event for the stream.
    pub fn streamed(&self) -> StreamedEvent {
        StreamedEvent {
            id: self.id.to_string(),
            session_id: self.session.to_string(),
            user_id: self.user.to_string(),
            email: self.email.clone(),
            at: self.at.to_string(),
            reason: self.what.reason().map(str::to_owned),
        }
    }

    fn read(row: StoredEvent) -> Option<Self> {
        let StoredEvent { id, position, at, what, session_id, user_id, email, .. } = row;
        Some(Self::new(id, position, at, session_id, user_id, email, what?))
    }
}
