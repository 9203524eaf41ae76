//! Seals events into the chain, and deletes those past their retention.

use super::{
    AuditService,
    chain::{self, hexadecimal},
};
use crate::{
    model::{AuditId, Timestamp},
    server::{
        domain::{ChainHead, ExpiredEvent, PrunedRange},
        services::ServiceError,
        store::StoreError,
    },
};
use std::time::Duration;

/// How many events are sealed in one transaction, and how many are read to be deleted.
const SEALED: i64 = 200;
const EXPIRED: i64 = 1000;
/// The pause between two transactions, which leaves the database to requests.
const PAUSE: Duration = Duration::from_millis(20);
/// How long events of anonymous callers are kept.
const ANONYMOUS: Duration = Duration::from_hours(30 * 24);

impl AuditService {
    /// Seals every event that is not sealed yet, in the order of their ids.
    pub async fn seal(&self) -> Result<(), ServiceError> {
        while self.seal_some().await? == SEALED {
            tokio::time::sleep(PAUSE).await;
        }
        Ok(())
    }

    async fn seal_some(&self) -> Result<i64, ServiceError> {
        let db = &self.core.db;
        let mut seals = Vec::new();
        let first = db.chain_head().await?;
        let mut head = first.clone();
        for event in db.unsealed_events(SEALED).await? {
            let seal = chain::seal(&event, &head, hexadecimal(&self.core.randomness.bytes::<16>()));
            head = ChainHead { sequence: seal.sequence, hash: seal.hash.clone() };
            seals.push((event.id, seal));
        }
        let count = i64::try_from(seals.len()).unwrap_or(SEALED);
        match db.seal_events(first, seals).await {
            // Another node has sealed them meanwhile.
            Err(StoreError::Changed) => Ok(0),
            done => Ok(done.map(|()| count)?),
        }
    }

    /// Deletes events past their retention from the chain; their ranges are kept and signed, so that it can still be
    /// verified.
    pub async fn prune(&self, now: Timestamp) -> Result<(), ServiceError> {
        self.seal().await?;
        let anonymous = AuditId::first_at(now - ANONYMOUS.min(self.retention));
        let all = AuditId::first_at(now - self.retention);
        loop {
            let expired = self.core.db.expired_events(anonymous, all, EXPIRED).await?;
            let is_last = i64::try_from(expired.len()).is_ok_and(|found| found < EXPIRED);
            for run in expired.chunk_by(|one, next| one.sequence + 1 == next.sequence) {
                self.prune_run(run).await?;
                tokio::time::sleep(PAUSE).await;
            }
            if is_last {
                return Ok(());
            }
        }
    }

    /// Deletes events that follow each other. The range includes those next to it that were deleted before.
    async fn prune_run(&self, run: &[ExpiredEvent]) -> Result<(), ServiceError> {
        let (Some(first), Some(last)) = (run.first(), run.last()) else { return Ok(()) };
        let db = &self.core.db;
        let before = db.pruned_range(first.sequence - 1).await?;
        let after = db.pruned_range(last.sequence + 1).await?;
        let mut range = PrunedRange {
            first: before.map_or(first.sequence, |range| range.first),
            last: after.as_ref().map_or(last.sequence, |range| range.last),
            last_hash: after.map_or_else(|| last.hash.clone(), |range| range.last_hash),
            signature: String::new(),
        };
        range.signature = self.core.keys.sign_audit(&chain::pruned(&range));
        match db.prune_events(range, run.len()).await {
            // Another node has deleted them meanwhile.
            Err(StoreError::Changed) => Ok(()),
            done => Ok(done?),
        }
    }
}
