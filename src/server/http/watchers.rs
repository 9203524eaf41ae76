//! Long-lived streams: limits their number and ends them all when the server stops.

use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

/// How many streams a node keeps open at once; each takes memory for as long as its reader is slow.
const PLACES: usize = 1200;

/// The open streams.
pub struct Watchers {
    places: Arc<Semaphore>,
    sent_away: watch::Sender<bool>,
}

/// The place of one stream, released on drop.
pub struct Place(#[expect(dead_code, reason = "held for as long as the stream is open")] OwnedSemaphorePermit);

impl Default for Watchers {
    fn default() -> Self {
        Self { places: Arc::new(Semaphore::new(PLACES)), sent_away: watch::channel(false).0 }
    }
}

impl Watchers {
    /// Takes a place, unless all are taken.
    pub fn take_place(&self) -> Option<Place> {
        Arc::clone(&self.places).try_acquire_owned().ok().map(Place)
    }

    /// Returns how many streams are open.
    pub fn count(&self) -> usize {
        PLACES - self.places.available_permits()
    }

    /// Ends every stream, because a shutdown waits for open requests.
    pub fn send_away(&self) {
        self.sent_away.send_replace(true);
    }

    /// Waits until the streams must end. Returns at once if they already must.
    pub async fn are_sent_away(&self) {
        // Fails only if the sender is gone, which also means the end.
        let _ = self.sent_away.subscribe().wait_for(|away| *away).await;
    }
}
