//! The parts of the audit log's chain, as store and service exchange them.

use crate::model::{AuditId, Timestamp};

/// An event with the fields that its hashes cover, each as text and in the order of the documented format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainEvent {
    pub id: AuditId,
    pub at: Timestamp,
    /// What stays as long as the event does.
    pub envelope: [Option<String>; 10],
    /// What may tell about a person, and can be erased without breaking the chain.
    pub details: [Option<String>; 6],
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
    /// Once details were erased: the signature of what is left, by the audit key, in base64.
    pub erasure: Option<String>,
}

/// An event that a user has caused or that is about the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    pub event: ChainEvent,
    /// The same event without what tells about the user.
    pub rest: ChainEvent,
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
    Event(Box<ChainEvent>),
    Pruned(PrunedRange),
}
