//! The parts of the audit log's chain, as store and service exchange them.

use crate::model::{AuditId, Timestamp};

/// An event with the fields that its hashes cover, each as text and in the order of the documented format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainEvent {
    pub id: AuditId,
    pub at: Timestamp,
    /// What stays as long as the event does.
    pub envelope: Vec<Option<String>>,
    /// What may tell about a person, and could be erased without breaking the chain.
    pub details: Vec<Option<String>>,
    /// `None` until the event is sealed.
    pub seal: Option<AuditSeal>,
}

/// What sealing adds to an event. Hashes are SHA-256, in lower-case hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditSeal {
    /// From 1, without gaps.
    pub sequence: i64,
    /// Random, so that the details can't be guessed from their hash.
    pub salt: String,
    pub details_hash: String,
    /// The hash of the event before; empty for the first.
    pub previous_hash: String,
    pub hash: String,
}

/// The last sealed event; sequence 0 and an empty hash if there is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChainHead {
    pub sequence: i64,
    pub hash: String,
}

/// Events that were deleted because of their age.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrunedRange {
    pub first: i64,
    pub last: i64,
    /// The hash of the last event, which the next event refers to.
    pub last_hash: String,
    /// Of the fields above, by the audit key, in base64.
    pub signature: String,
}

/// What is at a place of the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChainPlace {
    Event(ChainEvent),
    Pruned(PrunedRange),
}
