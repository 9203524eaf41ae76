//! Walks the chain, and names the first event that does not fit.

use super::{Checkpoint, chain};
use crate::server::{
    domain::{ChainEvent, ChainHead, PrunedRange},
    store::{Db, StoreError},
};
use std::collections::BTreeMap;

/// How many events are read at once.
const READ: i64 = 1000;

/// What a walk has found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainReport {
    /// Events that were read and fit, and events that were deleted because of their age.
    pub events: i64,
    pub pruned: i64,
    /// The first thing that does not fit.
    pub fault: Option<Fault>,
}

/// Why the chain does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("event {sequence} ({id}) was changed")]
    Changed { sequence: i64, id: String },
    #[error("event {0} is missing")]
    Missing(i64),
    #[error("the events after {after} were cut off: there were {expected}")]
    CutOff { after: i64, expected: i64 },
    #[error("the deleted events {first} to {last} are not signed by the audit key")]
    UnsignedRange { first: i64, last: i64 },
    #[error("the checkpoint at event {0} is not signed by the audit key")]
    UnsignedCheckpoint(i64),
    #[error("event {sequence} is not the one of the checkpoint of {at}: the log was rewritten")]
    Rewritten { sequence: i64, at: String },
}

/// Walks the whole chain. Ranges and checkpoints must be signed by one of these public keys, in base64.
pub async fn verify(db: &Db, keys: &[String], checkpoints: &[Checkpoint]) -> Result<ChainReport, StoreError> {
    if let Some(forged) = checkpoints.iter().find(|checkpoint| !checkpoint.is_signed_by(keys)) {
        return Ok(ChainReport { events: 0, pruned: 0, fault: Some(Fault::UnsignedCheckpoint(forged.sequence)) });
    }
    // Read first: what is sealed during the walk comes after it.
    let end = db.chain_head().await?;
    let mut walk = Walk::new(keys, checkpoints);
    let fault = walk.to(db, &end).await?.err();
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
    fn new(keys: &'a [String], checkpoints: &'a [Checkpoint]) -> Self {
        let checkpoints = checkpoints.iter().map(|checkpoint| (checkpoint.sequence, checkpoint)).collect();
        Self { keys, checkpoints, head: ChainHead::default(), events: 0, pruned: 0 }
    }

    async fn to(&mut self, db: &Db, end: &ChainHead) -> Result<Result<(), Fault>, StoreError> {
        loop {
            let events = db.sealed_events(self.head.sequence, READ).await?;
            if events.is_empty() {
                break;
            }
            for event in events {
                let Some(seal) = event.seal.clone() else { continue };
                while seal.sequence > self.head.sequence + 1 {
                    let next = self.head.sequence + 1;
                    let Some(range) = db.pruned_range(next).await? else { return Ok(Err(Fault::Missing(next))) };
                    if let Err(fault) = self.skip(&range) {
                        return Ok(Err(fault));
                    }
                }
                if let Err(fault) = self.step(&event) {
                    return Ok(Err(fault));
                }
            }
        }
        while let Some(range) = db.pruned_range(self.head.sequence + 1).await? {
            if let Err(fault) = self.skip(&range) {
                return Ok(Err(fault));
            }
        }
        Ok(self.arrive(end))
    }

    /// Checks the next event and goes on to it.
    fn step(&mut self, event: &ChainEvent) -> Result<(), Fault> {
        let Some(seal) = &event.seal else { return Ok(()) };
        let fits = seal.sequence == self.head.sequence + 1
            && seal.previous_hash == self.head.hash
            && seal.details_hash == chain::hash_of_details(event, &seal.salt)
            && seal.hash == chain::hash_of(event, seal);
        if !fits {
            return Err(Fault::Changed { sequence: seal.sequence, id: event.id.to_string() });
        }
        self.head = ChainHead { sequence: seal.sequence, hash: seal.hash.clone() };
        self.events += 1;
        self.meet_checkpoint()
    }

    /// Goes over events that were deleted because of their age.
    fn skip(&mut self, range: &PrunedRange) -> Result<(), Fault> {
        let PrunedRange { first, last, ref last_hash, ref signature } = *range;
        if first != self.head.sequence + 1 || last < first {
            return Err(Fault::Missing(self.head.sequence + 1));
        }
        if !chain::is_signed(&chain::pruned(range), signature, self.keys) {
            return Err(Fault::UnsignedRange { first, last });
        }
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
        let expected = end.sequence.max(latest);
        match self.head.sequence {
            last if last < expected => Err(Fault::CutOff { after: last, expected }),
            last if last == end.sequence && self.head.hash != end.hash => {
                Err(Fault::CutOff { after: last, expected: end.sequence })
            }
            _ => Ok(()),
        }
    }
}
