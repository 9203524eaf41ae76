//! Work on many users: what is done to whom, for whom, and how far it is.

use super::{UserChange, UserFilter};
use crate::model::{BulkAction, BulkFailure, BulkState, JobId, Network, RoleGrant, SessionId, Timestamp, UserId};

impl UserChange {
    /// Returns the change of each user; `None` for actions that leave the user's row as it is.
    pub fn of_bulk(action: &BulkAction) -> Option<Self> {
        Some(match action.clone() {
            BulkAction::Ban { until, reason } => Self::Ban { until, reason },
            BulkAction::Unban => Self::Unban,
            BulkAction::Verify => Self::Verified,
            BulkAction::SetRoles { roles } => Self::Roles(roles.into_iter().map(RoleGrant::from).collect()),
            BulkAction::Delete => Self::Delete,
            BulkAction::Unlock | BulkAction::SendReset | BulkAction::SignOut => return None,
        })
    }
}

/// The users of a job.
#[derive(Debug, Clone)]
pub enum BulkTargets {
    These(Vec<UserId>),
    /// Those who match when the job is accepted.
    Matching(UserFilter),
}

/// A job: what is done, who asked for it, and the request that did.
#[derive(Debug, Clone)]
pub struct BulkJob {
    pub id: JobId,
    pub action: BulkAction,
    pub maker: UserId,
    pub session: SessionId,
    pub network: Network,
    pub agent: String,
    pub request_id: String,
    pub created_at: Timestamp,
}

/// How far a job is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulkProgress {
    pub total: i64,
    pub succeeded: i64,
    pub failed: i64,
    /// Whether a user was left as they were because the maker may no longer do this.
    pub is_refused: bool,
    pub finished_at: Option<Timestamp>,
}

impl BulkProgress {
    /// Returns the state of the job.
    pub fn state(&self) -> BulkState {
        match self.finished_at {
            Some(_) if self.is_refused => BulkState::Failed,
            Some(_) => BulkState::Done,
            None if self.succeeded + self.failed > 0 => BulkState::Running,
            None => BulkState::Queued,
        }
    }
}

/// A user who was not changed.
#[derive(Debug, Clone)]
pub struct FailedTarget {
    pub id: UserId,
    pub failure: BulkFailure,
    /// The email address, if the user still exists.
    pub email: Option<String>,
}
