//! Leases: which node does what only one may do at a time.

use crate::server::{
    clock::Clock,
    store::{Db, Lease, StoreError},
};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tokio::sync::Mutex;

/// How long a holder may go without renewing; it renews in the second half.
const LEASE: Duration = Duration::from_secs(30);

/// The leases as this process sees them. Cheap to clone.
#[derive(Clone)]
pub struct Leases {
    db: Db,
    clock: Clock,
    /// This process among all that could hold one.
    node: Arc<str>,
    seen: Arc<Mutex<BTreeMap<&'static str, Seen>>>,
}

/// What this process knows of a lease, and since when by its steady clock.
enum Seen {
    Held {
        since: Duration,
    },
    /// Another's. It is left to its holder for as long as it keeps changing.
    Others {
        lease: Lease,
        since: Duration,
    },
}

impl Leases {
    pub(in crate::server::services) fn new(db: Db, clock: Clock, node: Arc<str>) -> Self {
        Self { db, clock, node, seen: Arc::default() }
    }

    /// Whether this process holds the lease: it renews it, or takes it if it is free or its holder is gone.
    ///
    /// A holder is gone when it has renewed nothing for the length of a lease, measured here. The date in the
    /// row is what its holder's clock made of it, and tells renewals apart, no more.
    pub async fn hold(&self, name: &'static str) -> Result<bool, StoreError> {
        let mut seen = self.seen.lock().await;
        // Before the question: an answer that took long says less.
        let now = self.clock.elapsed();
        if let Some(Seen::Held { since }) = seen.get(name)
            && now.saturating_sub(*since) < LEASE / 2
        {
            return Ok(true);
        }
        let others = self.db.find_lease(name).await?.filter(|lease| lease.holder != *self.node);
        if let Some(lease) = &others
            && !is_gone(&mut seen, lease, now)
        {
            return Ok(false);
        }
        let mine = Lease { name, holder: self.node.to_string(), until: self.clock.now() + LEASE };
        let is_held = self.db.take_lease(mine, others).await?;
        if is_held {
            seen.insert(name, Seen::Held { since: now });
        }
        Ok(is_held)
    }

    /// Lets go of every lease, so that other nodes need not wait.
    pub(super) async fn drop_all(&self) {
        for (name, seen) in std::mem::take(&mut *self.seen.lock().await) {
            if let Seen::Held { .. } = seen
                && let Err(error) = self.db.drop_lease(name, self.node.to_string()).await
            {
                tracing::warn!(cause = ?error, "another node waits until the lease is over");
            }
        }
    }
}

/// Whether the holder has renewed nothing for the length of a lease.
fn is_gone(seen: &mut BTreeMap<&'static str, Seen>, lease: &Lease, now: Duration) -> bool {
    match seen.get(lease.name) {
        Some(Seen::Others { lease: known, since }) if known == lease => now.saturating_sub(*since) >= LEASE,
        _ => {
            seen.insert(lease.name, Seen::Others { lease: lease.clone(), since: now });
            false
        }
    }
}
