//! Work on many users.

use super::{Ban, Permission, RoleChoice, Timestamp, UserLine, UsersView};
use serde::{Deserialize, Serialize};
use std::fmt;
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

/// What can be done to many users. The text is its name in the API and in addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Display, EnumString, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum BulkKind {
    Ban,
    Unban,
    Verify,
    Unlock,
    SendReset,
    SetRoles,
    SignOut,
    Delete,
}

impl BulkKind {
    /// Returns the permission that the same action on one user takes.
    pub fn permission(self) -> Permission {
        match self {
            Self::Ban | Self::Unban | Self::Verify | Self::Unlock | Self::SendReset | Self::Delete => {
                Permission::UsersWrite
            }
            Self::SetRoles => Permission::RolesWrite,
            Self::SignOut => Permission::SessionsRevoke,
        }
    }
}

/// How far an import of a file is taken. The text is its name in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ImportStep {
    /// Only finds out what an import would do.
    Check,
    Insert,
}

/// What a job does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum JobKind {
    Users(BulkKind),
    Import(ImportStep),
}

impl fmt::Display for JobKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Users(kind) => kind.fmt(f),
            Self::Import(ImportStep::Check) => f.write_str("checkImport"),
            Self::Import(ImportStep::Insert) => f.write_str("import"),
        }
    }
}

/// What is done to each user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "camelCase")]
pub enum BulkAction {
    Ban {
        until: Option<Timestamp>,
        reason: Option<String>,
    },
    Unban,
    Verify,
    Unlock,
    /// Mails a link that sets a new password.
    SendReset,
    SetRoles {
        roles: Vec<String>,
    },
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
            Self::SendReset => BulkKind::SendReset,
            Self::SetRoles { .. } => BulkKind::SetRoles,
            Self::SignOut => BulkKind::SignOut,
            Self::Delete => BulkKind::Delete,
        }
    }
}

/// Why one of many users was not changed. The text is its name in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Display, EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum BulkFailure {
    Missing,
    LastAdministrator,
    /// The maker would have banned themselves.
    OwnBan,
    /// The user has a permission that the maker of the job lacks.
    BeyondMaker,
    /// The maker may no longer do this at all.
    NoLongerAllowed,
    /// A name that the change would give to the user is taken.
    Taken,
    /// The job was cancelled before their turn.
    Cancelled,
    Failed,
}

/// The state of a job. The text is its name in the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum BulkState {
    Queued,
    Running,
    /// Every user was tried.
    Done,
    /// The maker lost the permission before the end.
    Failed,
    /// It was cancelled before the end.
    #[strum(serialize = "failed")]
    Cancelled,
}

impl BulkState {
    /// Returns whether the job has ended.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled)
    }
}

/// What is asked before many users are changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsersToChange {
    pub kind: BulkKind,
    pub count: i64,
    /// The first of them.
    pub first: Vec<UserLine>,
    /// The list that the selection was made on.
    pub view: UsersView,
    /// The roles that the current user may grant, if roles are to be set.
    pub roles: Vec<RoleChoice>,
    pub now: Timestamp,
}

/// A job on its page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobView {
    pub id: String,
    pub kind: JobKind,
    pub state: BulkState,
    pub total: i64,
    pub succeeded: i64,
    pub failed: i64,
    pub created_at: Timestamp,
    pub finished_at: Option<Timestamp>,
    /// Users who were not changed, one page of them.
    pub failures: Vec<FailedUser>,
    /// The lines of a file that can't be imported, or were not, one page of them.
    pub bad_lines: Vec<BadLine>,
    /// Whether the file that was checked can be imported now.
    pub may_import: bool,
    /// The id or line that the next page starts after.
    pub next: Option<String>,
    pub now: Timestamp,
}

/// A user who was not changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedUser {
    pub id: String,
    /// The email address, if the user still exists.
    pub email: Option<String>,
    pub failure: BulkFailure,
}

/// A line of a file that can't be imported, or was not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadLine {
    pub line: i64,
    pub error: String,
}

/// A job in the list of jobs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobLine {
    pub id: String,
    pub kind: JobKind,
    pub state: BulkState,
    pub total: i64,
    pub succeeded: i64,
    pub failed: i64,
    /// The name of the user who started it, if they still exist.
    pub maker: Option<String>,
    /// Whether the current user started it, and may open it.
    pub is_own: bool,
    pub created_at: Timestamp,
}

/// A page of the list of jobs, with cursors to the pages around it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobList {
    pub rows: Vec<JobLine>,
    pub next: Option<String>,
    pub prev: Option<String>,
    pub now: Timestamp,
}
