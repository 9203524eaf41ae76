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
    pub(super) fn tell(&self, events: impl IntoIterator<Item = SessionEvent>) {
        let mut ring = self.ring();
        for event in events {
            ring.push(event);
        }
        self.publish(ring);
    }

    /// Publishes events of this node, in order.
    pub(super) fn tell_own(&self, events: Vec<SessionEvent>) {
        let mut ring = self.ring();
        for event in events {
            // Otherwise other nodes wrote events in between, which are still to be read.
            if event.position == ring.known.position + 1 {
                ring.known = EventPosition { position: event.position, event: Some(event.id) };
            }
            ring.push(event);
        }
        self.publish(ring);
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
        self.publish(ring);
    }

    /// Returns the position up to which everything was published.
    pub(super) fn known(&self) -> EventPosition {
        self.ring().known
    }

    /// Records that an event of another node may be lost.
    pub(super) fn lose(&self) {
        let mut ring = self.ring();
        ring.lose();
        self.publish(ring);
    }

    /// Records that an event of this node was lost. Other nodes must be notified.
    pub(super) fn lose_own(&self) {
        let mut ring = self.ring();
        ring.has_lost_own = true;
        ring.lose();
        self.publish(ring);
    }

    /// Returns, and resets, whether events of this node were lost. The caller must notify other nodes.
    pub(super) fn take_lost(&self) -> bool {
        std::mem::take(&mut self.ring().has_lost_own)
    }

    fn publish(&self, ring: MutexGuard<'_, Ring>) {
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
mod tests {
    use super::*;
    use crate::{
        model::{SessionId, Timestamp, UserId},
        server::services::events::SessionChange,
    };

    /// An event at this commit position, with an id that does not reveal it.
    fn event(position: i64) -> SessionEvent {
        let (session, user) = (SessionId::from_parts(1, 1), UserId::from_parts(1, 1));
        SessionEvent::new(id(position), position, Timestamp(0), session, user, None, SessionChange::Started)
    }

    fn id(position: i64) -> EventId {
        EventId::from_parts(1, u128::from(position.unsigned_abs()))
    }

    fn feed(position: i64) -> Arc<Feed> {
        Arc::new(Feed::after_position(EventPosition { position, event: None }))
    }

    async fn read(reader: &mut Reader) -> Option<Vec<i64>> {
        match reader.next(100).await {
            Batch::Missed => None,
            Batch::Events(events) => Some(events.iter().map(|event| event.position).collect()),
        }
    }

    #[tokio::test]
    async fn every_reader_gets_each_event_once_and_in_order_however_often_it_is_published() {
        let feed = feed(0);
        let mut reader = feed.subscribe();
        feed.tell_own(vec![event(1), event(2)]);
        feed.tell([event(2), event(3)]);
        assert_eq!(read(&mut reader).await, Some(vec![1, 2, 3]));
        feed.tell([event(4)]);
        assert_eq!(read(&mut reader).await, Some(vec![4]));
        assert_eq!(feed.position_of(id(2)), Some(2));
        assert_eq!(read(&mut feed.resume(2).expect("remembered")).await, Some(vec![3, 4]));
        assert_eq!(feed.position_of(id(9)), None);
    }

    #[tokio::test]
    async fn a_resumed_reader_gets_every_event_committed_later_whatever_the_order_of_arrival() {
        let feed = feed(0);
        feed.tell_own(vec![event(1), event(3)]);
        assert_eq!(feed.known().position, 1, "another node's is still to be read");
        let last = EventPosition { position: 3, event: Some(id(3)) };
        feed.follow(Followed { events: vec![event(2), event(3)], last, is_whole: true });
        assert_eq!(feed.known(), last);
        assert_eq!(read(&mut feed.resume(1).expect("remembered")).await, Some(vec![3, 2]));
        assert_eq!(read(&mut feed.resume(2).expect("remembered")).await, Some(vec![3, 2]), "twice rather than never");
    }

    #[tokio::test]
    async fn events_from_before_this_node_or_no_longer_in_memory_cannot_be_resumed_from_memory() {
        let feed = feed(10);
        feed.tell_own(vec![event(11)]);
        assert!(feed.resume(10).is_some());
        assert!(feed.resume(9).is_none());
        for position in 12..12 + i64::try_from(REMEMBERED).expect("small") {
            feed.tell_own(vec![event(position)]);
        }
        assert!(feed.resume(10).is_none());
        assert!(feed.resume(11).is_some());
    }

    #[tokio::test]
    async fn a_reader_that_lags_too_far_behind_learns_that_it_missed_events() {
        let feed = feed(0);
        let mut slow = feed.subscribe();
        for position in 1..=i64::try_from(REMEMBERED).expect("small") + 1 {
            feed.tell([event(position)]);
        }
        assert_eq!(read(&mut slow).await, None);
        feed.tell([event(9_999)]);
        assert_eq!(read(&mut slow).await, Some(vec![9_999]));
        feed.lose();
        assert_eq!(read(&mut slow).await, None);
        assert_eq!(read(&mut feed.resume(9_999).expect("a reader")).await, None, "who comes back learns it, too");
        feed.tell([event(10_000), event(10_001)]);
        assert_eq!(read(&mut feed.resume(10_000).expect("a reader")).await, Some(vec![10_001]));
    }

    #[tokio::test]
    async fn stored_events_come_first_and_none_is_repeated() {
        let feed = feed(2);
        feed.tell([event(3), event(4)]);
        let mut reader = feed.after(vec![event(2), event(3)], 1);
        assert_eq!(read(&mut reader).await, Some(vec![2]));
        assert_eq!(read(&mut reader).await, Some(vec![3, 4]));
    }
}
