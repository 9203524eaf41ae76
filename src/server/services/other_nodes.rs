//! The other processes on this database: one that vanishes takes the events with it that it had not written.

use super::{Events, ServiceError};
use crate::server::{
    clock::Clock,
    store::{Db, NodeRow},
};
use std::{collections::HashMap, sync::Arc, time::Duration};
use tokio::sync::Mutex;

/// A process that has written nothing for this long is gone: it writes every few seconds.
const GONE: Duration = Duration::from_secs(20);

/// Watches the other processes. Cheap to clone.
#[derive(Clone)]
pub struct OtherNodes {
    db: Db,
    clock: Clock,
    node: Arc<str>,
    events: Events,
    /// As they were when they last changed, and since when by the steady clock; none before the first look.
    seen: Arc<Mutex<Option<Seen>>>,
}

type Seen = HashMap<String, (NodeRow, Duration)>;

impl OtherNodes {
    pub(super) fn new(db: Db, clock: Clock, node: Arc<str>, events: Events) -> Self {
        Self { db, clock, node, events, seen: Arc::default() }
    }

    /// Looks for processes that are gone without having said so. Whoever watches events then reads the list anew.
    pub async fn look(&self) -> Result<(), ServiceError> {
        let mut seen = self.seen.lock().await;
        let now = self.clock.elapsed();
        let rows = self.db.nodes().await?;
        let before = seen.take();
        let mut after = Seen::new();
        for mut row in rows.into_iter().filter(|row| row.id != *self.node) {
            let known = before.as_ref().and_then(|before| before.get(&row.id));
            let since = known.filter(|(known, _)| *known == row).map_or(now, |(_, since)| *since);
            // A file has one server: whoever was at work when this one started is not any more.
            let is_followed = before.is_none() && !self.db.is_shared();
            let is_gone = row.state == "live" && (is_followed || now.saturating_sub(since) >= GONE);
            let is_news = row.state == "lost" && known.is_some_and(|(known, _)| known.state == "live");
            if is_news || is_gone && self.db.mark_node_lost(row.clone()).await? {
                tracing::warn!(node = row.id, "another process ended without a word; its last events may be lost");
                self.events.miss();
                "lost".clone_into(&mut row.state);
            }
            after.insert(row.id.clone(), (row, since));
        }
        *seen = Some(after);
        Ok(())
    }
}
