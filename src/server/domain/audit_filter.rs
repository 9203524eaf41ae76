//! Filters of the audit log.

use super::AuditOutcome;
use crate::model::{TimeRange, UserId};

/// Which events to list. All conditions must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// The actor or the target.
    pub about: Option<Party>,
    pub actor: Option<Party>,
    pub target: Option<Party>,
    pub actions: Vec<ActionPattern>,
    pub outcome: Option<AuditOutcome>,
    pub created: TimeRange,
}

/// A party of an event: an id, and the text that was asked for, which may be a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    pub id: Option<UserId>,
    pub text: String,
}

/// Actions to list, or not to list: one, or all that begin like `user.*`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionPattern {
    pub is_excluded: bool,
    /// The name, or its beginning.
    pub text: String,
    pub is_prefix: bool,
}
