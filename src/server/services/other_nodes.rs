//! Detects processes on this database that vanished, because the events they had not yet written are lost.

use super::{Events, ServiceError};
use crate::server::{
    clock::Clock,
    store::{Db, Node, NodeState},
};
use std::{collections::HashMap, sync::Arc, time::Duration};
use tokio::sync::Mutex;

/// A process that wrote nothing for this long is gone. A live one writes every few seconds.
const GONE: Duration = Duration::from_secs(20);

/// Watches the other processes. Cheap to clone.
#[derive(Clone)]
pub struct OtherNodes {
    db: Db,
    clock: Clock,
    node: Arc<str>,
    events: Events,
    /// The other nodes' rows when they last changed, and since when by the steady clock; `None` before the
    /// first check.
    seen: Arc<Mutex<Option<Seen>>>,
}

type Seen = HashMap<String, (Node, Duration)>;

impl OtherNodes {
    pub(super) fn new(db: Db, clock: Clock, node: Arc<str>, events: Events) -> Self {
        Self { db, clock, node, events, seen: Arc::default() }
    }

    /// Marks processes that vanished without stopping as lost. Event readers then reload the list of
    /// sessions.
    pub async fn look(&self) -> Result<(), ServiceError> {
        let mut seen = self.seen.lock().await;
        let now = self.clock.elapsed();
        let rows = self.db.nodes().await?;
        let before = seen.take();
        let mut after = Seen::new();
        for mut row in rows.into_iter().filter(|row| row.id != *self.node) {
            let known = before.as_ref().and_then(|before| before.get(&row.id));
            let since = known.filter(|(known, _)| *known == row).map_or(now, |(_, since)| *since);
            // A database file has one server, so any earlier process is gone.
            let is_followed = before.is_none() && !self.db.is_shared();
            let is_gone = row.state == NodeState::Live && (is_followed || now.saturating_sub(since) >= GONE);
            let is_new = row.state == NodeState::Lost && known.is_some_and(|(known, _)| known.state == NodeState::Live);
            if is_new || is_gone && self.db.mark_node_lost(row.clone()).await? {
                tracing::warn!(node = row.id, "a node stopped without shutting down; its last events may be lost");
                self.events.miss();
                row.state = NodeState::Lost;
            }
            after.insert(row.id.clone(), (row, since));
        }
        *seen = Some(after);
        Ok(())
    }
}
