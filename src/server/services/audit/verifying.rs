//! Walks the chain, and names the first event that does not fit.

use super::{Checkpoint, Fault, chain};
use crate::server::{
    domain::{ChainEvent, ChainHead, PrunedRange},
    services::ServiceError,
    store::{Db, StoreError},
};
use std::{collections::BTreeMap, time::Duration};

/// How many events are read at once.
const READ: i64 = 1000;
/// How long an event may wait to be sealed.
pub const UNSEALED: Duration = Duration::from_mins(1);

/// What a walk has found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainReport {
    /// Events that were read and fit, and events that were deleted because of their age.
    pub events: i64,
    pub pruned: i64,
    /// The first thing that does not fit.
    pub fault: Option<Fault>,
}

/// Walks the whole chain. Ranges and checkpoints must be signed by one of these public keys, in base64.
pub async fn verify(db: &Db, keys: &[String], checkpoints: &[Checkpoint]) -> Result<ChainReport, ServiceError> {
    let mut walk = Walk { keys, checkpoints: BTreeMap::new(), head: ChainHead::default(), events: 0, pruned: 0 };
    let fault = match walk.whole(db, checkpoints).await {
        Ok(()) => None,
        Err(ServiceError::Tampered(fault)) => Some(fault),
        Err(error) => return Err(error),
    };
    Ok(ChainReport { events: walk.events, pruned: walk.pruned, fault })
}

struct Walk<'a> {
    keys: &'a [String],
    checkpoints: BTreeMap<i64, &'a Checkpoint>,
    head: ChainHead,
    events: i64,
    pruned: i64,
}

impl<'a> Walk<'a> {
    async fn whole(&mut self, db: &Db, checkpoints: &'a [Checkpoint]) -> Result<(), ServiceError> {
        for checkpoint in checkpoints {
            self.know(checkpoint)?;
        }
        let mut end = recorded_end(db).await?;
        loop {
            self.go_on(db).await?;
            let now = recorded_end(db).await?;
            if now == end {
                break;
            }
            // More was sealed during the walk.
            end = now;
        }
        self.arrive(&end)?;
        if let Some(PrunedRange { first, last, .. }) = db.stray_range().await? {
            return Err(Fault::StrayRange { first, last }.into());
        }
        find_unsealed(db).await
    }

    fn know(&mut self, checkpoint: &'a Checkpoint) -> Result<(), Fault> {
        if !checkpoint.is_signed_by(self.keys) {
            return Err(Fault::UnsignedCheckpoint(checkpoint.sequence));
        }
        match self.checkpoints.insert(checkpoint.sequence, checkpoint) {
            Some(other) if other.hash != checkpoint.hash => Err(Fault::Contradiction(checkpoint.sequence)),
            _ => Ok(()),
        }
    }

    /// Walks to the last sealed event.
    async fn go_on(&mut self, db: &Db) -> Result<(), ServiceError> {
        loop {
            // Whatever comes before the first event does not belong there.
            let from = if self.head.sequence == 0 { i64::MIN } else { self.head.sequence + 1 };
            let events = db.sealed_events(from, READ).await?;
            if events.is_empty() {
                break;
            }
            for event in &events {
                let place = chain::head(event).sequence;
                if place < 1 {
                    return Err(Fault::BelowOne { sequence: place, id: event.id }.into());
                }
                while place > self.head.sequence + 1 {
                    let next = self.head.sequence + 1;
                    self.skip(&db.pruned_range(next).await?.ok_or(Fault::Missing(next))?)?;
                }
                self.step(event)?;
            }
        }
        while let Some(range) = db.pruned_range(self.head.sequence + 1).await? {
            self.skip(&range)?;
        }
        Ok(())
    }

    /// Checks the next event and goes on to it.
    fn step(&mut self, event: &ChainEvent) -> Result<(), Fault> {
        if !chain::is_next(event, &self.head) || !chain::is_unchanged(event, self.keys) {
            return Err(Fault::changed(event));
        }
        self.head = chain::head(event);
        self.events += 1;
        self.meet_checkpoint()
    }

    /// Goes over events that were deleted because of their age.
    fn skip(&mut self, range: &PrunedRange) -> Result<(), Fault> {
        let PrunedRange { first, last, ref last_hash, .. } = *range;
        if first != self.head.sequence + 1 || last < first {
            return Err(Fault::Missing(self.head.sequence + 1));
        }
        chain::check_signature(range, self.keys)?;
        self.head = ChainHead { sequence: last, hash: last_hash.clone() };
        self.pruned += last - first + 1;
        self.meet_checkpoint()
    }

    fn meet_checkpoint(&self) -> Result<(), Fault> {
        match self.checkpoints.get(&self.head.sequence) {
            Some(checkpoint) if checkpoint.hash != self.head.hash => {
                Err(Fault::Rewritten { sequence: checkpoint.sequence, at: checkpoint.at.clone() })
            }
            _ => Ok(()),
        }
    }

    /// Compares the end of the walk with the recorded end, and with the latest checkpoint.
    fn arrive(&self, end: &ChainHead) -> Result<(), Fault> {
        let latest = self.checkpoints.keys().next_back().copied().unwrap_or(0);
        let (last, expected) = (self.head.sequence, end.sequence.max(latest));
        if last < expected {
            return Err(Fault::CutOff { after: last, expected });
        }
        if self.head == *end { Ok(()) } else { Err(Fault::WrongEnd(last)) }
    }
}

async fn recorded_end(db: &Db) -> Result<ChainHead, ServiceError> {
    match db.chain_head().await {
        Err(StoreError::Missing) => Err(Fault::NoEnd.into()),
        end => Ok(end?),
    }
}

/// Fails if an event was not sealed although later ones were recorded long after it.
async fn find_unsealed(db: &Db) -> Result<(), ServiceError> {
    let Some(oldest) = db.oldest_unsealed_event().await? else { return Ok(()) };
    let newest = db.newest_event().await?.unwrap_or(oldest);
    if newest.made_at().since(oldest.made_at()) > UNSEALED { Err(Fault::Unsealed(oldest).into()) } else { Ok(()) }
}
