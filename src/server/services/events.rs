//! What happens to sessions, as it happens: for the monitor and whoever watches it.

use crate::model::{EndReason, SessionId, Timestamp, UserId};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
use tokio::sync::broadcast;

/// How many events a slow reader may lag behind before it misses some.
const BUFFERED: usize = 1024;

/// Something that happened to a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionEvent {
    pub at: Timestamp,
    pub session: SessionId,
    pub user: UserId,
    pub what: SessionChange,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionChange {
    Started,
    Renewed,
    Ended(EndReason),
}

/// How often what happened, since this node started.
#[derive(Debug, Default)]
pub struct Counters {
    pub started: AtomicU64,
    pub renewed: AtomicU64,
    pub repeated: AtomicU64,
    pub refused: AtomicU64,
    pub ended: AtomicU64,
    pub failed_sign_ins: AtomicU64,
}

/// The bus that events go out on, with their counters.
#[derive(Clone)]
pub struct Events {
    bus: broadcast::Sender<SessionEvent>,
    counters: Arc<Counters>,
}

impl Default for Events {
    fn default() -> Self {
        Self { bus: broadcast::channel(BUFFERED).0, counters: Arc::default() }
    }
}

impl Events {
    /// Counts an event and tells everyone who listens.
    pub fn publish(&self, at: Timestamp, session: SessionId, user: UserId, what: SessionChange) {
        let counter = match what {
            SessionChange::Started => &self.counters.started,
            SessionChange::Renewed => &self.counters.renewed,
            SessionChange::Ended(_) => &self.counters.ended,
        };
        counter.fetch_add(1, Ordering::Relaxed);
        // Nobody may be listening.
        let _ = self.bus.send(SessionEvent { at, session, user, what });
    }

    /// The events from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<SessionEvent> {
        self.bus.subscribe()
    }

    /// The counters.
    pub fn counters(&self) -> &Counters {
        &self.counters
    }
}
