//! Signs that the log was tampered with.

use super::chain;
use crate::{model::AuditId, server::domain::ChainEvent};

/// Why the chain does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("event {sequence} ({id}) was changed")]
    Changed { sequence: i64, id: AuditId },
    #[error("event {0} is missing")]
    Missing(i64),
    #[error("event {id} has the sequence {sequence}, and the first event has 1")]
    BelowOne { sequence: i64, id: AuditId },
    #[error("the events after {after} were cut off: there were {expected}")]
    CutOff { after: i64, expected: i64 },
    #[error("the end of the chain is not recorded")]
    NoEnd,
    #[error("the recorded end of the chain is not event {0}, the last one")]
    WrongEnd(i64),
    #[error("event {0} is not sealed")]
    Unsealed(AuditId),
    #[error("the deleted events {first} to {last} are not signed by the audit key")]
    UnsignedRange { first: i64, last: i64 },
    #[error("the deleted events {first} to {last} do not fit the chain")]
    StrayRange { first: i64, last: i64 },
    #[error("the checkpoint at event {0} is not signed by the audit key")]
    UnsignedCheckpoint(i64),
    #[error("the checkpoints at event {0} contradict each other")]
    Contradiction(i64),
    #[error("event {sequence} is not the one of the checkpoint of {at}: the log was rewritten")]
    Rewritten { sequence: i64, at: String },
}

impl Fault {
    pub(super) fn changed(event: &ChainEvent) -> Self {
        Self::Changed { sequence: chain::head(event).sequence, id: event.id }
    }
}
