//! Streams that stay open: how many there may be, and that all end when the server stops.

use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

/// How many streams a node keeps open at once; each takes memory for as long as its reader is slow.
const PLACES: usize = 1200;

/// The open streams.
pub struct Watchers {
    places: Arc<Semaphore>,
    sent_away: watch::Sender<bool>,
}

/// One stream's place, given back when it is dropped.
pub struct Place(#[expect(dead_code, reason = "held for as long as the stream is open")] OwnedSemaphorePermit);

impl Default for Watchers {
    fn default() -> Self {
        Self { places: Arc::new(Semaphore::new(PLACES)), sent_away: watch::channel(false).0 }
    }
}

impl Watchers {
    /// A place, unless all are taken.
    pub fn take_place(&self) -> Option<Place> {
        Arc::clone(&self.places).try_acquire_owned().ok().map(Place)
    }

    /// How many streams are open.
    pub fn count(&self) -> usize {
        PLACES - self.places.available_permits()
    }

    /// Ends every stream: a stop waits for open requests.
    pub fn send_away(&self) {
        self.sent_away.send_replace(true);
    }

    /// Waits until all streams are to end.
    pub async fn are_sent_away(&self) {
        // Fails only when nobody can send them away any more, which is an end, too.
        let _ = self.sent_away.subscribe().wait_for(|away| *away).await;
    }
}
