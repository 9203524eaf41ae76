//! Deletes events past their retention, after a check that they are what was sealed. Otherwise the signature of their
//! range would hide that they were changed.

use super::{AuditService, Fault, chain, sealing::PAUSE};
use crate::{
    model::{AuditId, Timestamp},
    server::{
        domain::{ChainEvent, ChainHead, ChainPlace, PrunedRange},
        services::ServiceError,
        store::StoreError,
    },
};
use std::time::Duration;

/// How many events are read at once.
const EXPIRED: i64 = 1000;
/// How long events of anonymous callers are kept.
const ANONYMOUS: Duration = Duration::from_hours(30 * 24);

impl AuditService {
    /// Deletes events past their retention from the chain; their ranges are kept and signed, so that it can still be
    /// verified. Those that were tampered with are kept, and the first of them is the error.
    pub async fn prune(&self, now: Timestamp) -> Result<(), ServiceError> {
        self.seal().await?;
        let anonymous = AuditId::first_at(now - ANONYMOUS.min(self.retention));
        let all = AuditId::first_at(now - self.retention);
        let keys = self.core.keys.audit_keys();
        loop {
            let expired = self.core.db.expired_events(anonymous, all, EXPIRED).await?;
            let is_last = i64::try_from(expired.len()).is_ok_and(|found| found < EXPIRED);
            let (unchanged, changed): (Vec<_>, Vec<_>) =
                expired.into_iter().partition(|event| chain::is_unchanged(event, &keys));
            let mut fault = changed.first().map(Fault::changed);
            for run in unchanged.chunk_by(|one, next| chain::is_next(next, &chain::head(one))) {
                match self.prune_run(run).await {
                    Err(ServiceError::Tampered(found)) => drop(fault.get_or_insert(found)),
                    done => done?,
                }
                tokio::time::sleep(PAUSE).await;
            }
            match fault {
                Some(fault) => return Err(fault.into()),
                None if is_last => return Ok(()),
                None => {}
            }
        }
    }

    /// Deletes events that follow each other.
    async fn prune_run(&self, run: &[ChainEvent]) -> Result<(), ServiceError> {
        let (Some(first), Some(last)) = (run.first(), run.last()) else { return Ok(()) };
        let (Some(from), Some(to)) = (&first.seal, &last.seal) else { return Ok(()) };
        let db = &self.core.db;
        let mut range = PrunedRange {
            first: from.sequence,
            last: to.sequence,
            last_hash: to.hash.clone(),
            signature: String::new(),
        };
        let before = db.chain_place(range.first - 1).await?;
        let after = db.chain_place(range.last + 1).await?;
        let count = range.last - range.first + 1;
        if let Err(fault) = self.join(&mut range, before, first).and_then(|()| self.join_on(&mut range, after, last)) {
            let are_there = db.sealed_events(from.sequence, count).await? == run;
            // Else another node has deleted them meanwhile.
            return if are_there { Err(fault.into()) } else { Ok(()) };
        }
        range.signature = self.core.keys.sign_audit(&chain::pruned(&range));
        match db.prune_events(range, run.len()).await {
            // Another node has deleted them meanwhile.
            Err(StoreError::Changed) => Ok(()),
            done => Ok(done?),
        }
    }

    /// Checks that the first event of a range comes after what is before it, and adds a range that is there.
    fn join(&self, range: &mut PrunedRange, before: Option<ChainPlace>, first: &ChainEvent) -> Result<(), Fault> {
        let previous = match before {
            None if range.first == 1 => ChainHead::default(),
            None => return Err(Fault::Missing(range.first - 1)),
            Some(ChainPlace::Event(event)) => chain::head(&event),
            Some(ChainPlace::Pruned(before)) => {
                self.check(&before)?;
                range.first = before.first;
                ChainHead { sequence: before.last, hash: before.last_hash }
            }
        };
        if chain::is_next(first, &previous) { Ok(()) } else { Err(Fault::changed(first)) }
    }

    /// Checks that what is after a range comes after its last event, and adds a range that is there.
    fn join_on(&self, range: &mut PrunedRange, after: Option<ChainPlace>, last: &ChainEvent) -> Result<(), Fault> {
        match after {
            None => Ok(()),
            Some(ChainPlace::Event(event)) if chain::is_next(&event, &chain::head(last)) => Ok(()),
            Some(ChainPlace::Pruned(after)) if after.first == range.last + 1 => {
                self.check(&after)?;
                (range.last, range.last_hash) = (after.last, after.last_hash);
                Ok(())
            }
            Some(_) => Err(Fault::changed(last)),
        }
    }

    fn check(&self, range: &PrunedRange) -> Result<(), Fault> {
        chain::check_signature(range, &self.core.keys.audit_keys())
    }
}
