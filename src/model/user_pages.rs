//! Data of the pages about users, for administrators.

use super::{Activity, ApiKeyLine, BulkKind, Page, RoleGrant, Timestamp, UsersView};
use serde::{Deserialize, Serialize};
use std::fmt;
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

/// What most affects whether a user can sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum UserState {
    Active,
    Suspended,
    Locked,
    Unverified,
}

/// One user in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserLine {
    pub id: String,
    pub email: String,
    pub username: Option<String>,
    pub name: String,
    pub roles: Vec<String>,
    pub state: UserState,
    pub created_at: Timestamp,
    pub last_sign_in_at: Option<Timestamp>,
}

/// A user who is suggested while a search is typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserSuggestion {
    pub id: String,
    pub name: String,
    pub email: String,
    pub username: Option<String>,
    /// The address of the profile picture, and what stands for it if there is none.
    pub picture: Option<String>,
    pub initials: String,
    pub state: UserState,
}

/// A column of the list of users that can be hidden. The text is its name in forms and in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Display, EnumString, VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum UserColumn {
    Username,
    Roles,
    State,
    CreatedAt,
    LastSignInAt,
}

/// A page of the list of users, with cursors to the pages around it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserPart {
    pub rows: Vec<UserLine>,
    /// The number of users on all pages.
    pub total: i64,
    pub next: Option<String>,
    pub prev: Option<String>,
}

/// Data of the list of users.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserList {
    pub view: UsersView,
    /// The name of a filter in the address that is wrong. Then nobody is listed.
    pub wrong_filter: Option<String>,
    pub part: UserPart,
    /// Names of all roles, to filter by.
    pub roles: Vec<String>,
    /// Whether the current user may create users.
    pub may_write: bool,
    /// The columns that the current user does not want to see.
    pub hidden: Vec<UserColumn>,
    /// What the current user may do to many users.
    pub actions: Vec<BulkKind>,
    pub now: Timestamp,
}

/// A suspension that is in force. Without an end, it is permanent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspension {
    pub until: Option<Timestamp>,
    pub reason: Option<String>,
}

/// A role that the current user may grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleChoice {
    pub name: String,
    pub description: String,
}

/// What the current user may do with another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MayDo {
    pub write: bool,
    pub give_roles: bool,
    /// End sessions.
    pub revoke: bool,
}

/// Whether a user can be suspended or deleted on their page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Removal {
    Offered,
    /// No one else could administer users.
    LastAdministrator,
    /// It is the current user, who deletes their account elsewhere.
    Own,
}

/// Data of the page of one user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenUser {
    pub line: UserLine,
    /// The address of the profile picture.
    pub picture: Option<String>,
    /// Incremented by every change.
    pub version: i64,
    pub is_verified: bool,
    pub is_locked: bool,
    pub removal: Removal,
    pub suspension: Option<Suspension>,
    /// The roles of the user, with their ends.
    pub held: Vec<RoleGrant>,
    pub updated_at: Timestamp,
    /// The number of active sessions; `None` if the current user may not see sessions.
    pub sessions: Option<i64>,
    /// Empty if the current user may not see sessions.
    pub api_keys: Vec<ApiKeyLine>,
    pub activity: Vec<Activity>,
    pub may: MayDo,
    /// The roles that the current user may grant.
    pub roles: Vec<RoleChoice>,
    pub now: Timestamp,
}

/// Data of the page that creates a user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserToCreate {
    pub roles: Vec<RoleChoice>,
    pub now: Timestamp,
}

/// What the page of a user asks before it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "lowercase", const_into_str)]
pub enum UserQuestion {
    Suspend,
    Delete,
}

impl UserQuestion {
    /// Returns the address of the page that asks this about the user with this id.
    pub fn address(self, id: impl fmt::Display) -> String {
        format!("{}?ask={}", Page::User.about(id), self.into_str())
    }
}
