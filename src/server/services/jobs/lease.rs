//! Leases decide which node runs a job that only one node may run at a time.

use crate::server::{
    clock::Clock,
    services::clock_check::UNUSED,
    store::{Db, Lease, StoreError},
};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tokio::sync::Mutex;

/// The length of a lease. The holder renews it in the second half.
const LEASE: Duration = Duration::from_secs(30);
/// A lease that ends later than this is no process's: no clock is trusted that is so far ahead.
const LONGEST: Duration = LEASE.saturating_add(UNUSED);

/// The leases as this process sees them. Cheap to clone.
#[derive(Clone)]
pub struct Leases {
    db: Db,
    clock: Clock,
    /// Identifies this process among all possible holders.
    node: Arc<str>,
    seen: Arc<Mutex<BTreeMap<&'static str, Seen>>>,
}

/// What this process knows of a lease, and since when by its steady clock.
enum Seen {
    Held {
        since: Duration,
    },
    /// Held by another node, which keeps it for as long as the row keeps changing.
    Others {
        lease: Lease,
        since: Duration,
    },
}

impl Leases {
    pub(in crate::server::services) fn new(db: Db, clock: Clock, node: Arc<str>) -> Self {
        Self { db, clock, node, seen: Arc::default() }
    }

    /// Returns whether this process holds the lease. Renews a held one; takes one that is free or whose
    /// holder is gone.
    ///
    /// A holder is gone if the row has not changed for the length of a lease, measured by this node's steady
    /// clock. The expiry in the row comes from the holder's clock, so it is compared for equality only, unless
    /// no holder can have written it.
    pub async fn hold(&self, name: &'static str) -> Result<bool, StoreError> {
        let mut seen = self.seen.lock().await;
        // Taken before the query: a slow response must not extend the lease.
        let now = self.clock.elapsed();
        if let Some(Seen::Held { since }) = seen.get(name)
            && now.saturating_sub(*since) < LEASE / 2
        {
            return Ok(true);
        }
        let others = self.db.find_lease(name).await?.filter(|lease| lease.holder != *self.node);
        if let Some(lease) = &others
            && lease.until <= self.clock.now() + LONGEST
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

    /// Releases every lease, so that other nodes need not wait for the expiry.
    pub(super) async fn drop_all(&self) {
        for (name, seen) in std::mem::take(&mut *self.seen.lock().await) {
            if let Seen::Held { .. } = seen
                && let Err(error) = self.db.drop_lease(name, self.node.to_string()).await
            {
                tracing::warn!(cause = ?error, "lease not released; another node takes over when it expires");
            }
        }
    }
}

/// Returns whether the holder has not renewed for the length of a lease.
fn is_gone(seen: &mut BTreeMap<&'static str, Seen>, lease: &Lease, now: Duration) -> bool {
    match seen.get(lease.name) {
        Some(Seen::Others { lease: known, since }) if known == lease => now.saturating_sub(*since) >= LEASE,
        _ => {
            seen.insert(lease.name, Seen::Others { lease: lease.clone(), since: now });
            false
        }
    }
}
