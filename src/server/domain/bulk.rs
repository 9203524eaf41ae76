//! Work on many users: what is done to whom, for whom, and how far it is.

use super::{UserChange, UserFilter};
use crate::model::{Ban, BulkFailure, BulkKind, JobId, Network, RoleGrant, SessionId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// What is done to each user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "camelCase")]
pub enum BulkAction {
    Ban { until: Option<Timestamp>, reason: Option<String> },
    Unban,
    Verify,
    Unlock,
    SetRoles { roles: Vec<String> },
    SignOut,
    Delete,
}

impl From<Ban> for BulkAction {
    fn from(ban: Ban) -> Self {
        Self::Ban { until: ban.until, reason: ban.reason }
    }
}

impl BulkAction {
    /// Returns which action it is.
    pub fn kind(&self) -> BulkKind {
        match self {
            Self::Ban { .. } => BulkKind::Ban,
            Self::Unban => BulkKind::Unban,
            Self::Verify => BulkKind::Verify,
            Self::Unlock => BulkKind::Unlock,
            Self::SetRoles { .. } => BulkKind::SetRoles,
            Self::SignOut => BulkKind::SignOut,
            Self::Delete => BulkKind::Delete,
        }
    }

    /// Returns the change of each user; `None` for actions that leave the user's row as it is.
    pub fn change(&self) -> Option<UserChange> {
        Some(match self.clone() {
            Self::Ban { until, reason } => UserChange::Ban { until, reason },
            Self::Unban => UserChange::Unban,
            Self::Verify => UserChange::Verified,
            Self::SetRoles { roles } => UserChange::Roles(roles.into_iter().map(RoleGrant::from).collect()),
            Self::Delete => UserChange::Delete,
            Self::Unlock | Self::SignOut => return None,
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

/// The state of a job. The text is its name in the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "lowercase", const_into_str)]
pub enum BulkState {
    Queued,
    Running,
    /// Every user was tried.
    Done,
    /// The maker lost the permission before the end.
    Failed,
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
