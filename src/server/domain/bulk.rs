//! Work on many users: what is done to whom, for whom, and how far it is.

use super::{FileImport, UserChange, UserFilter};
use crate::model::{
    BulkAction, BulkFailure, BulkState, JobId, JobKind, Network, Permission, RoleGrant, SessionId, Timestamp, UserId,
};
use serde::{Deserialize, Serialize};

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

/// What a job does: something to many users, or an import of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum JobWork {
    Users(BulkAction),
    Import(FileImport),
}

impl JobWork {
    /// Returns which work it is.
    pub fn kind(&self) -> JobKind {
        match self {
            Self::Users(action) => JobKind::Users(action.kind()),
            Self::Import(import) => JobKind::Import(import.step),
        }
    }

    /// Returns the permission that it takes.
    pub fn permission(&self) -> Permission {
        match self {
            Self::Users(action) => action.kind().permission(),
            Self::Import(_) => Permission::UsersWrite,
        }
    }
}

/// A job: what is done, who asked for it, and the request that did.
#[derive(Debug, Clone)]
pub struct BulkJob {
    pub id: JobId,
    pub work: JobWork,
    pub maker: UserId,
    pub session: SessionId,
    pub network: Network,
    pub agent: String,
    pub request_id: String,
    pub created_at: Timestamp,
}

/// A job in the list of jobs.
#[derive(Debug, Clone)]
pub struct JobSummary {
    pub job: BulkJob,
    /// `None` if the user no longer exists.
    pub maker_name: Option<String>,
    pub progress: BulkProgress,
}

/// How far a job is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulkProgress {
    pub total: i64,
    pub succeeded: i64,
    pub failed: i64,
    /// Whether a user was left as they were because the maker may no longer do this.
    pub is_refused: bool,
    /// Whether it was cancelled before its end.
    pub is_cancelled: bool,
    pub finished_at: Option<Timestamp>,
}

impl BulkProgress {
    /// Returns the state of the job.
    pub fn state(&self) -> BulkState {
        match self.finished_at {
            Some(_) if self.is_cancelled => BulkState::Cancelled,
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
