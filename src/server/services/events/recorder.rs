//! Writes events to the database and reads those of other nodes.

use super::{Feed, Fresh, Job, Reader, SessionEvent, feed::Followed};
use crate::{
    model::{EventId, Timestamp},
    server::{
        randomness::Randomness,
        store::{Db, EventPosition, NewSessionEvent, StoreError, StoredEvent},
    },
};
use std::{sync::Arc, time::Duration};
use tokio::sync::{Mutex, mpsc};

/// The most events in one transaction.
const BATCH: usize = 500;
/// How far back to look for events of nodes of the previous version. A commit that took this long is still
/// found.
const OVERLAP: Duration = Duration::from_secs(3);
/// How many events of other nodes are read at once.
const READ: u32 = 4000;
/// How many missed events a returning reader gets. Above it, the reader reloads the list.
const REPLAYED: u32 = 500;

/// Assigns ids to events and writes them.
pub(super) struct Recorder {
    node: Arc<str>,
    db: Db,
    randomness: Randomness,
    feed: Arc<Feed>,
    last: EventId,
    has_begun: bool,
}

/// Writes queued events until all senders are gone. After a panic, the events in progress are lost; those in
/// the queue are written after the restart.
pub(super) async fn run(recorder: Arc<Mutex<(Recorder, mpsc::Receiver<Job>)>>) {
    let mut guard = recorder.lock().await;
    let (recorder, jobs) = &mut *guard;
    // A second start follows a panic.
    if std::mem::replace(&mut recorder.has_begun, true) {
        recorder.feed.lose_own();
    }
    let mut waiting = Vec::with_capacity(BATCH);
    while jobs.recv_many(&mut waiting, BATCH).await > 0 {
        let (mut events, mut flushed) = (Vec::new(), Vec::new());
        for job in waiting.drain(..) {
            match job {
                Job::Event(event) => events.push(recorder.row(&event)),
                Job::Flush(reply) => flushed.push(reply),
            }
        }
        if !events.is_empty() {
            recorder.write(events).await;
        }
        for reply in flushed {
            let _ = reply.send(());
        }
    }
}

impl Recorder {
    pub(super) fn new(node: &Arc<str>, db: &Db, randomness: &Randomness, feed: &Arc<Feed>) -> Self {
        let (node, feed) = (Arc::clone(node), Arc::clone(feed));
        let last = EventId::from_parts(0, 0);
        Self { node, db: db.clone(), randomness: randomness.clone(), feed, last, has_begun: false }
    }

    async fn write(&self, events: Vec<NewSessionEvent>) {
        let empty = i64::from(self.feed.take_lost());
        match self.db.insert_session_events(events, empty).await {
            Ok(written) => self.feed.publish_own(written.into_iter().filter_map(SessionEvent::read).collect()),
            Err(error) => {
                tracing::warn!(cause = ?error, "lost session events");
                self.feed.lose_own();
            }
        }
    }

    fn row(&mut self, event: &Fresh) -> NewSessionEvent {
        // Ids increase in event order, so that a single id tells a reader's position.
        self.last = self.randomness.event_id(event.at).max(self.last.next());
        NewSessionEvent {
            id: self.last,
            node: self.node.to_string(),
            at: event.at,
            what: event.what,
            session_id: event.session,
            user_id: event.user,
        }
    }
}

/// Publishes what other nodes have written since the last call, however late it was committed. Notifies other
/// nodes if events of this one were lost.
pub(super) async fn publish_others(db: &Db, feed: &Feed, now: Timestamp) -> Result<(), StoreError> {
    if feed.take_lost()
        && let Err(error) = db.insert_session_events(Vec::new(), 1).await
    {
        feed.lose_own();
        return Err(error);
    }
    let (known, last) = (feed.known(), db.last_event_position().await?);
    if known.position != last.position {
        // Reads the known event as well: if it is another one now, the history has changed.
        let found = db.session_events_from(known.position, READ).await?;
        feed.follow(Followed::of(known, last, found));
    } else if is_another(known.event, last.event) {
        feed.follow(Followed { events: Vec::new(), last, is_whole: false });
    }
    let since = EventId::first_at(now - OVERLAP);
    let found = db.session_events_without_position(since, READ).await?;
    feed.publish(found.into_iter().filter_map(SessionEvent::read));
    Ok(())
}

fn is_another(known: Option<EventId>, found: Option<EventId>) -> bool {
    known.zip(found).is_some_and(|(known, found)| known != found)
}

impl Followed {
    /// Collects what follows `known` up to `last`. Complete if no position is missing and the history is the
    /// same.
    fn of(known: EventPosition, last: EventPosition, found: Vec<StoredEvent>) -> Self {
        let is_other_history = last.position < known.position
            || found
                .first()
                .is_some_and(|first| first.position == known.position && is_another(known.event, Some(first.id)));
        if is_other_history || found.len() == READ as usize {
            return Self { events: Vec::new(), last, is_whole: false };
        }
        let mut reached = known;
        let mut is_whole = true;
        for row in found.iter().filter(|row| row.position > known.position) {
            is_whole &= row.position == reached.position + 1;
            reached = EventPosition { position: row.position, event: Some(row.id) };
        }
        if reached.position < last.position {
            (reached, is_whole) = (last, false);
        }
        let events = found.into_iter().filter(|row| row.position > known.position);
        Self { events: events.filter_map(SessionEvent::read).collect(), last: reached, is_whole }
    }
}

/// Creates a reader of the events after `last`. Delivery is at least once: some may come again.
pub(super) async fn resume(db: &Db, feed: &Arc<Feed>, last: EventId) -> Result<Reader, StoreError> {
    let position = match feed.position_of(last) {
        Some(position) => position,
        None => db.position_of_event(last).await?.unwrap_or(0),
    };
    if position == 0 {
        return Ok(feed.afresh());
    }
    if let Some(reader) = feed.resume(position) {
        return Ok(reader);
    }
    let found = db.session_events_from(position + 1, REPLAYED).await?;
    let is_whole = (position + 1..).zip(&found).all(|(position, row)| row.position == position);
    if !is_whole || found.len() == REPLAYED as usize {
        return Ok(feed.afresh());
    }
    Ok(feed.after(found.into_iter().filter_map(SessionEvent::read).collect(), position))
}
