//! The latest events in the memory of this node: written once, read by any number of watchers at their own
//! pace.

use super::SessionEvent;
use crate::model::{EventId, Timestamp};
use std::{
    collections::{HashSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::watch;

/// How many events are remembered. A watcher that lags behind further has missed some.
const REMEMBERED: usize = 4096;

/// The latest events, in the order they are told.
pub struct Feed {
    ring: Mutex<Ring>,
    /// The place of the next event.
    grown: watch::Sender<u64>,
}

#[derive(Default)]
struct Ring {
    events: VecDeque<Arc<SessionEvent>>,
    /// For each of them: other nodes' are read more than once.
    ids: HashSet<EventId>,
    /// The place of the next event.
    next: u64,
    /// Before this place something may be missing.
    whole_from: u64,
    /// When an event was lost last.
    lost_at: Timestamp,
    /// Whether others' events are among these: their order here is not the one that others tell.
    has_others: bool,
    /// Up to when other nodes have been heard.
    heard: Timestamp,
}

/// What a watcher reads at once.
#[derive(Debug)]
pub enum Batch {
    Events(Vec<Arc<SessionEvent>>),
    /// Some were missed: what is shown must be read anew.
    Missed,
}

/// One watcher's place.
pub struct Reader {
    feed: Arc<Feed>,
    next: u64,
    has_missed: bool,
    earlier: Vec<Arc<SessionEvent>>,
    grown: watch::Receiver<u64>,
}

impl Default for Feed {
    fn default() -> Self {
        Self { ring: Mutex::default(), grown: watch::channel(0).0 }
    }
}

impl Feed {
    /// Tells events, but those that were told already.
    pub(super) fn tell(&self, events: impl IntoIterator<Item = SessionEvent>) {
        let mut ring = self.ring();
        for event in events {
            ring.push(event);
        }
        let next = ring.next;
        drop(ring);
        self.grown.send_replace(next);
    }

    /// Tells events of other nodes, which were asked for at `now`.
    pub(super) fn tell_of_others(&self, events: Vec<SessionEvent>, now: Timestamp) {
        let mut ring = self.ring();
        ring.has_others |= !events.is_empty();
        ring.heard = ring.heard.max(now);
        drop(ring);
        self.tell(events);
    }

    /// Up to when other nodes have been heard; none before the first time.
    pub(super) fn heard(&self) -> Option<Timestamp> {
        Some(self.ring().heard).filter(|heard| *heard > Timestamp::default())
    }

    /// Notes that an event was lost.
    pub(super) fn lose(&self, now: Timestamp) {
        let mut ring = self.ring();
        ring.lost_at = ring.lost_at.max(now);
        ring.next += 1;
        ring.whole_from = ring.next;
        ring.events.clear();
        ring.ids.clear();
        let next = ring.next;
        drop(ring);
        self.grown.send_replace(next);
    }

    pub(super) fn subscribe(self: &Arc<Self>) -> Reader {
        let next = self.ring().next;
        self.reader(next, Vec::new())
    }

    /// A reader that begins after the event of this id; none if that can't be told from what is remembered here.
    pub(super) fn resume(self: &Arc<Self>, last: EventId) -> Option<Reader> {
        let ring = self.ring();
        if last.made_at() <= ring.lost_at {
            drop(ring);
            return Some(self.afresh());
        }
        if ring.has_others {
            return None;
        }
        let behind = ring.events.iter().rev().position(|event| event.id == last)?;
        let next = ring.next - behind as u64;
        drop(ring);
        Some(self.reader(next, Vec::new()))
    }

    /// A reader that learns first that it has missed some.
    pub(super) fn afresh(self: &Arc<Self>) -> Reader {
        Reader { has_missed: true, ..self.subscribe() }
    }

    /// A reader of the events from `from` on that reads first what of `earlier` is not remembered here.
    pub(super) fn after(self: &Arc<Self>, earlier: Vec<SessionEvent>, from: EventId) -> Reader {
        let ring = self.ring();
        let skipped = ring.events.iter().take_while(|event| event.id < from).count();
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
        }
        self.events.push_back(Arc::new(event));
        self.next += 1;
    }

    fn first(&self) -> u64 {
        self.next - self.events.len() as u64
    }
}

impl Reader {
    /// The next events, up to `limit`, as soon as there are some.
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
        self.grown.borrow_and_update();
        let ring = self.feed.ring();
        if self.next == ring.next {
            return None;
        }
        if self.next < ring.first().max(ring.whole_from) {
            self.next = ring.next;
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
        model::{SessionId, UserId},
        server::services::events::SessionChange,
    };

    fn event(number: u64) -> SessionEvent {
        let (session, user) = (SessionId::from_parts(1, 1), UserId::from_parts(1, 1));
        SessionEvent::new(EventId::from_parts(number, 0), Timestamp(0), session, user, None, SessionChange::Started)
    }

    async fn read(reader: &mut Reader) -> Option<Vec<u64>> {
        match reader.next(100).await {
            Batch::Missed => None,
            Batch::Events(events) => Some(events.iter().map(|event| u64::from_be_bytes(head(event))).collect()),
        }
    }

    fn head(event: &SessionEvent) -> [u8; 8] {
        let mut bytes = [0; 8];
        bytes[2..].copy_from_slice(&event.id.to_bytes()[..6]);
        bytes
    }

    #[tokio::test]
    async fn every_reader_gets_each_event_once_in_order_however_often_it_is_told() {
        let feed = Arc::<Feed>::default();
        let mut reader = feed.subscribe();
        feed.tell([event(1), event(2)]);
        feed.tell([event(2), event(3)]);
        assert_eq!(read(&mut reader).await, Some(vec![1, 2, 3]));
        feed.tell([event(4)]);
        assert_eq!(read(&mut reader).await, Some(vec![4]));
        let mut resumed = feed.resume(EventId::from_parts(2, 0)).expect("remembered");
        assert_eq!(read(&mut resumed).await, Some(vec![3, 4]));
        assert!(feed.resume(EventId::from_parts(9, 0)).is_none());
    }

    #[tokio::test]
    async fn where_to_go_on_is_not_told_from_memory_once_other_nodes_are_among_the_events() {
        let feed = Arc::<Feed>::default();
        feed.tell([event(1)]);
        feed.tell_of_others(Vec::new(), Timestamp(1));
        assert!(feed.resume(EventId::from_parts(1, 0)).is_some());
        feed.tell_of_others(vec![event(2)], Timestamp(2));
        assert!(feed.resume(EventId::from_parts(1, 0)).is_none(), "another node may have told it in another order");
        assert_eq!(feed.heard(), Some(Timestamp(2)));
    }

    #[tokio::test]
    async fn a_reader_that_lags_too_far_behind_learns_that_it_missed_some() {
        let feed = Arc::<Feed>::default();
        let mut slow = feed.subscribe();
        for number in 1..=REMEMBERED as u64 + 1 {
            feed.tell([event(number)]);
        }
        assert_eq!(read(&mut slow).await, None);
        feed.tell([event(9_999)]);
        assert_eq!(read(&mut slow).await, Some(vec![9_999]));
        feed.lose(Timestamp(20_000));
        assert_eq!(read(&mut slow).await, None);
        let mut late = feed.resume(EventId::from_parts(9_999, 0)).expect("a reader");
        assert_eq!(read(&mut late).await, None, "who comes back later learns it, too");
    }

    #[tokio::test]
    async fn what_is_remembered_elsewhere_comes_first_and_nothing_twice() {
        let feed = Arc::<Feed>::default();
        feed.tell([event(3), event(4)]);
        let mut reader = feed.after(vec![event(1), event(2), event(3)], EventId::from_parts(1, 0));
        assert_eq!(read(&mut reader).await, Some(vec![1, 2]));
        assert_eq!(read(&mut reader).await, Some(vec![3, 4]));
    }
}
