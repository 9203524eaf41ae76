//! Writing events down, and reading what others wrote.

use super::{Feed, Fresh, Job, Reader, SessionEvent};
use crate::{
    model::{EventId, Timestamp},
    server::{
        randomness::Randomness,
        store::{Db, SessionEventRow, StoreError},
    },
};
use std::{sync::Arc, time::Duration};
use tokio::sync::{Mutex, mpsc};

/// How many events share a transaction at most.
const BATCH: usize = 500;
/// How far back other nodes' events are looked for: a commit that took this long is still seen.
const OVERLAP: Duration = Duration::from_secs(3);
/// How many events of others are read at once.
const READ: u32 = 4000;
/// How many events somebody who comes back is told again; past it the list is read anew.
const TOLD_AGAIN: u32 = 500;

/// Gives events their ids, and writes them down.
pub(super) struct Recorder {
    node: Arc<str>,
    db: Db,
    randomness: Randomness,
    feed: Arc<Feed>,
    last: EventId,
    has_begun: bool,
}

/// Writes down what comes, for as long as somebody can publish. What it had in hand when it panicked is lost;
/// what waits is written when it is started again.
pub(super) async fn run(recorder: Arc<Mutex<(Recorder, mpsc::Receiver<Job>)>>) {
    let mut guard = recorder.lock().await;
    let (recorder, jobs) = &mut *guard;
    if std::mem::replace(&mut recorder.has_begun, true) {
        recorder.feed.lose(recorder.last.made_at());
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

    async fn write(&self, events: Vec<SessionEventRow>) {
        match self.db.insert_session_events(self.node.to_string(), events).await {
            Ok(written) => self.feed.tell(written.into_iter().filter_map(SessionEvent::read)),
            Err(error) => {
                tracing::warn!(cause = ?error, "events of sessions were lost");
                self.feed.lose(self.last.made_at());
            }
        }
    }

    fn row(&mut self, event: &Fresh) -> SessionEventRow {
        // Ids grow in the order of events, so that one is enough to say which were seen.
        self.last = self.randomness.event_id(event.at).max(self.last.next());
        SessionEventRow {
            id: self.last,
            at: event.at,
            what: event.what.as_str().to_owned(),
            session_id: event.session,
            user_id: event.user,
            reason: event.what.reason().map(str::to_owned),
            email: None,
        }
    }
}

/// Tells what other nodes have written down lately.
pub(super) async fn hear_others(db: &Db, node: &str, feed: &Feed, now: Timestamp) -> Result<(), StoreError> {
    // Also what was written while nobody could look.
    let since = feed.heard().unwrap_or(now).min(now) - OVERLAP;
    let mut found = db.session_events_of_others(node, first_id(since), READ).await?;
    // Of too many none is told: whoever watches reads the list anew.
    if found.len() == READ as usize {
        feed.lose(now);
        found.clear();
    }
    feed.tell_of_others(found.into_iter().filter_map(SessionEvent::read).collect(), now);
    Ok(())
}

/// A reader that begins after `last`, which is not remembered in memory. Some that were told shortly before
/// it by other nodes come again: an event is told at least once.
pub(super) async fn resume(db: &Db, feed: &Arc<Feed>, last: EventId) -> Result<Reader, StoreError> {
    if !db.has_session_event(last).await? {
        return Ok(feed.afresh());
    }
    let others_from = first_id(last.made_at() - OVERLAP);
    let found = db.session_events_after(last, others_from, TOLD_AGAIN).await?;
    if found.len() == TOLD_AGAIN as usize {
        return Ok(feed.afresh());
    }
    Ok(feed.after(found.into_iter().filter_map(SessionEvent::read).collect(), others_from))
}

fn first_id(at: Timestamp) -> EventId {
    EventId::from_parts(u64::try_from(at.0).unwrap_or(0), 0)
}
