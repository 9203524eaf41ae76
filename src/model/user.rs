//! Users.

use super::{DisplayName, Email, ListPlace, RoleGrant, Sort, Timestamp, UserId, Username, is_line};
use strum::{Display, EnumString};

/// Whether a user may sign in. The text is its name in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Display, EnumString)]
#[strum(serialize_all = "lowercase")]
pub enum Status {
    /// May sign in.
    Active,
    /// May not sign in until the ban ends.
    Banned,
}

/// Until when and why a user may not sign in. Without an end, for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ban {
    pub until: Option<Timestamp>,
    pub reason: Option<String>,
}

/// Why a ban is not possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotABan {
    /// It would have ended already.
    Past,
    /// The reason is longer than 500 characters, or has control or direction characters.
    Reason,
}

impl Ban {
    /// Checks a ban that begins `now`. An empty reason is none.
    pub fn new(until: Option<Timestamp>, reason: &str, now: Timestamp) -> Result<Self, NotABan> {
        let reason = reason.trim();
        if until.is_some_and(|until| until <= now) {
            return Err(NotABan::Past);
        }
        if !is_line(reason, 500) {
            return Err(NotABan::Reason);
        }
        Ok(Self { until, reason: Some(reason.to_owned()).filter(|reason| !reason.is_empty()) })
    }
}

/// Sort key of the list of users. The user's id breaks ties. The text is its name in addresses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Display, EnumString)]
#[strum(serialize_all = "camelCase")]
pub enum UserSortKey {
    #[default]
    CreatedAt,
    Email,
    /// Users who never signed in come before all others.
    LastSignInAt,
}

/// Sort order of the list of users.
pub type UserSort = Sort<UserSortKey>;

/// A user, as the services see one.
#[derive(Debug, Clone)]
pub struct User {
    pub id: UserId,
    pub email: Email,
    pub email_verified_at: Option<Timestamp>,
    pub username: Option<Username>,
    pub name: DisplayName,
    pub status: Status,
    /// When the ban ends on its own; `None` for a permanent ban.
    pub banned_until: Option<Timestamp>,
    pub ban_reason: Option<String>,
    /// Incremented by a ban, a change of password or roles, and sign-out everywhere; older tokens become stale.
    pub token_version: i64,
    /// Incremented by every change; used as the `ETag`.
    pub version: i64,
    /// By name. Some may have ended: see [`Self::roles_at`].
    pub roles: Vec<RoleGrant>,
    /// The version of the profile picture, if there is one.
    pub picture: Option<String>,
    pub last_sign_in_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl User {
    /// Returns whether a ban is in force at `now`.
    pub fn is_banned(&self, now: Timestamp) -> bool {
        self.status == Status::Banned && self.banned_until.is_none_or(|until| now < until)
    }

    /// Returns the address of the profile picture, if there is one. Its content never changes.
    pub fn picture_address(&self) -> Option<String> {
        self.picture.as_ref().map(|version| format!("/api/v1/users/{}/picture?v={version}", self.id))
    }

    /// Returns the names of the roles that count at `now`.
    pub fn roles_at(&self, now: Timestamp) -> Vec<String> {
        let in_force = self.roles.iter().filter(|role| role.is_in_force(now));
        in_force.map(|role| role.name.clone()).collect()
    }

    /// Returns the user's place in a list that is sorted by `key`.
    pub fn place(&self, key: UserSortKey) -> ListPlace<UserId> {
        let value = match key {
            UserSortKey::CreatedAt => self.id.to_string(),
            UserSortKey::Email => self.email.normalized().to_owned(),
            UserSortKey::LastSignInAt => self.last_sign_in_at.map_or(0, |at| at.0).to_string(),
        };
        ListPlace { id: self.id, value }
    }
}

impl ListPlace<UserId> {
    /// Returns whether the value is valid in a list that is sorted by `key`.
    pub fn is_of(&self, key: UserSortKey) -> bool {
        match key {
            UserSortKey::CreatedAt => self.value == self.id.to_string(),
            UserSortKey::Email => !self.value.contains('\0'),
            UserSortKey::LastSignInAt => self.value.parse::<i64>().is_ok(),
        }
    }
}
