//! Keeps the latest events in this node's memory for any number of readers, each at its own pace.

use super::SessionEvent;
use crate::{model::EventId, server::store::EventPosition};
use std::{
    collections::{HashSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::watch;

/// How many events are kept. A reader further behind has missed some.
const REMEMBERED: usize = 4096;

/// The latest events, in the order they were published.
pub struct Feed {
    ring: Mutex<Ring>,
    /// The index of the next event.
    grown: watch::Sender<u64>,
}

#[derive(Default)]
struct Ring {
    events: VecDeque<Arc<SessionEvent>>,
    /// The ids of `events`, because some are read from the database more than once.
    ids: HashSet<EventId>,
    /// The index of the next event.
    next: u64,
    /// Events before this index may be missing.
    whole_from: u64,
    /// Up to this commit position, every event was published or is known to be lost.
    known: EventPosition,
    /// The last position that is no longer, or never was, among these events.
    forgotten: i64,
    /// The last known position when an event was lost.
    lost: i64,
    /// Whether other nodes still have to be notified of lost events of this node.
    has_lost_own: bool,
}

/// Events read in commit order.
pub(super) struct Followed {
    pub events: Vec<SessionEvent>,
    /// The last position that was read.
    pub last: EventPosition,
    /// Whether no event is missing.
    pub is_whole: bool,
}

/// What a reader gets at once.
#[derive(Debug)]
pub enum Batch {
    Events(Vec<Arc<SessionEvent>>),
    /// Some events were missed, so the list must be reloaded.
    Missed,
}

/// One reader's position in the feed.
pub struct Reader {
    feed: Arc<Feed>,
    next: u64,
    has_missed: bool,
    earlier: Vec<Arc<SessionEvent>>,
    grown: watch::Receiver<u64>,
}

impl Feed {
    /// Creates a feed of the events after this position.
    pub(super) fn after_position(known: EventPosition) -> Self {
        let ring = Ring { known, forgotten: known.position, ..Ring::default() };
        Self { ring: Mutex::new(ring), grown: watch::channel(0).0 }
    }

    /// Publishes events, leaving out those that were published already.
    pub(super) fn publish(&self, events: impl IntoIterator<Item = SessionEvent>) {
        let mut ring = self.ring();
        for event in events {
            ring.push(event);
        }
        self.announce(ring);
    }

    /// Publishes events of this node, in order.
    pub(super) fn publish_own(&self, events: Vec<SessionEvent>) {
        let mut ring = self.ring();
        for event in events {
            // Otherwise other nodes wrote events in between, which are still to be read.
            if event.position == ring.known.position + 1 {
                ring.known = EventPosition { position: event.position, event: Some(event.id) };
            }
            ring.push(event);
        }
        self.announce(ring);
    }

    /// Publishes events read in commit order, and marks the feed if some are missing.
    pub(super) fn follow(&self, followed: Followed) {
        let mut ring = self.ring();
        // This node may have written events in the meantime.
        if ring.known.position < followed.last.position || !followed.is_whole {
            ring.known = followed.last;
        }
        if !followed.is_whole {
            ring.lose();
        }
        for event in followed.events {
            ring.push(event);
        }
        self.announce(ring);
    }

    /// Returns the position up to which everything was published.
    pub(super) fn known(&self) -> EventPosition {
        self.ring().known
    }

    /// Records that an event of another node may be lost.
    pub(super) fn lose(&self) {
        let mut ring = self.ring();
        ring.lose();
        self.announce(ring);
    }

    /// Records that an event of this node was lost. Other nodes must be notified.
    pub(super) fn lose_own(&self) {
        let mut ring = self.ring();
        ring.has_lost_own = true;
        ring.lose();
        self.announce(ring);
    }

    /// Returns, and resets, whether events of this node were lost. The caller must notify other nodes.
    pub(super) fn take_lost(&self) -> bool {
        std::mem::take(&mut self.ring().has_lost_own)
    }

    fn announce(&self, ring: MutexGuard<'_, Ring>) {
        let next = ring.next;
        // Released first, so that the readers it wakes do not wait for the lock.
        drop(ring);
        self.grown.send_replace(next);
    }

    pub(super) fn subscribe(self: &Arc<Self>) -> Reader {
        let next = self.ring().next;
        self.reader(next, Vec::new())
    }

    /// Returns the position of an event that is still in memory.
    pub(super) fn position_of(&self, id: EventId) -> Option<i64> {
        let ring = self.ring();
        // Searched from the end: most readers were here a moment ago.
        let found = ring.ids.contains(&id).then(|| ring.events.iter().rev().find(|event| event.id == id)).flatten();
        found.map(|event| event.position)
    }

    /// Creates a reader of the events after this position; `None` if not all of them are in memory.
    pub(super) fn resume(self: &Arc<Self>, position: i64) -> Option<Reader> {
        let (is_lost, is_remembered) = {
            let ring = self.ring();
            (position <= ring.lost, ring.forgotten <= position)
        };
        if is_lost {
            return Some(self.afresh());
        }
        is_remembered.then(|| self.after(Vec::new(), position))
    }

    /// Creates a reader that first learns that it has missed events.
    pub(super) fn afresh(self: &Arc<Self>) -> Reader {
        Reader { has_missed: true, ..self.subscribe() }
    }

    /// Creates a reader of the events after this position. It first reads those of `earlier` that are not in
    /// memory.
    pub(super) fn after(self: &Arc<Self>, earlier: Vec<SessionEvent>, position: i64) -> Reader {
        let ring = self.ring();
        // The ring is in publish order, not commit order: skipping stops at the first later position, so an event
        // may come twice but never goes missing.
        let skipped = ring.events.iter().take_while(|event| event.position <= position).count();
        let next = ring.first() + skipped as u64;
        let earlier = earlier.into_iter().filter(|event| !ring.ids.contains(&event.id)).map(Arc::new).collect();
        drop(ring);
        self.reader(next, earlier)
    }

    fn reader(self: &Arc<Self>, next: u64, earlier: Vec<Arc<SessionEvent>>) -> Reader {
        Reader { feed: Arc::clone(self), next, has_missed: false, earlier, grown: self.grown.subscribe() }
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ring {
    fn push(&mut self, event: SessionEvent) {
        if !self.ids.insert(event.id) {
            return;
        }
        if self.events.len() == REMEMBERED
            && let Some(oldest) = self.events.pop_front()
        {
            self.ids.remove(&oldest.id);
            self.forgotten = self.forgotten.max(oldest.position);
        }
        self.events.push_back(Arc::new(event));
        self.next += 1;
    }

    /// Forgets all events and skips an index, so that every reader learns of the loss.
    fn lose(&mut self) {
        let last = self.events.iter().map(|event| event.position).max().unwrap_or(0);
        self.lost = self.lost.max(self.known.position).max(last);
        self.forgotten = self.forgotten.max(self.lost);
        self.next += 1;
        self.whole_from = self.next;
        self.events.clear();
        self.ids.clear();
    }

    fn first(&self) -> u64 {
        self.next - self.events.len() as u64
    }
}

impl Reader {
    /// Returns the next events, up to `limit`, as soon as there are some.
    pub async fn next(&mut self, limit: usize) -> Batch {
        if std::mem::take(&mut self.has_missed) {
            return Batch::Missed;
        }
        if !self.earlier.is_empty() {
            let rest = self.earlier.split_off(self.earlier.len().min(limit));
            return Batch::Events(std::mem::replace(&mut self.earlier, rest));
        }
        loop {
            if let Some(batch) = self.read(limit) {
                return batch;
            }
            if self.grown.changed().await.is_err() {
                return std::future::pending().await;
            }
        }
    }

    fn read(&mut self, limit: usize) -> Option<Batch> {
        // Marked as seen before the ring is read, so that a later event always ends the wait.
        self.grown.borrow_and_update();
        let ring = self.feed.ring();
        if self.next == ring.next {
            return None;
        }
        if self.next < ring.first().max(ring.whole_from) {
            // After a loss, the reader continues with the later events. A reader that was only slow skips to
            // the end, because reloading the list is cheaper.
            self.next = if self.next < ring.whole_from { ring.first().max(ring.whole_from) } else { ring.next };
            return Some(Batch::Missed);
        }
        let behind = usize::try_from(ring.next - self.next).unwrap_or(usize::MAX);
        let events: Vec<_> = ring.events.iter().skip(ring.events.len() - behind).take(limit).cloned().collect();
        self.next += events.len() as u64;
        Some(Batch::Events(events))
    }
}

#[cfg(test)]
mod tests;
