//! A user as JSON, for administrators.

use super::links::{Links, links};
use crate::{
    model::{Permission, Timestamp},
    server::{http::state::AppState, services::KnownUser},
};
use serde::Serialize;

/// One user, with what the caller may do with it now.
#[derive(Debug, Serialize)]
pub struct UserResponse {
    #[serde(flatten)]
    fields: UserFields,
    links: Links,
}

/// What is known of a user.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserFields {
    id: String,
    email: String,
    email_verified: bool,
    username: Option<String>,
    name: String,
    status: &'static str,
    banned_until: Option<String>,
    ban_reason: Option<String>,
    roles: Vec<String>,
    locked: bool,
    created_at: String,
    updated_at: String,
    last_sign_in_at: Option<String>,
}

impl UserResponse {
    /// Describes a user to a caller with these permissions.
    pub fn of(known: KnownUser, held: &[Permission], state: &AppState) -> Self {
        let now = state.services.clock.now();
        let links = links_of(&known, held, state, now);
        Self { fields: UserFields::of(known, now), links }
    }
}

impl UserFields {
    /// The names of the fields, in order.
    pub const NAMES: [&str; 13] = [
        "id",
        "email",
        "emailVerified",
        "username",
        "name",
        "status",
        "bannedUntil",
        "banReason",
        "roles",
        "locked",
        "createdAt",
        "updatedAt",
        "lastSignInAt",
    ];

    /// Describes a user.
    pub fn of(known: KnownUser, now: Timestamp) -> Self {
        let KnownUser { user, is_locked, .. } = known;
        let is_banned = user.is_banned(now);
        Self {
            id: user.id.to_string(),
            email: user.email.as_str().to_owned(),
            email_verified: user.email_verified_at.is_some(),
            username: user.username.as_ref().map(|name| name.as_str().to_owned()),
            name: user.name.as_str().to_owned(),
            status: if is_banned { "banned" } else { "active" },
            banned_until: user.banned_until.filter(|_| is_banned).map(|at| at.to_string()),
            roles: user.roles_at(now),
            ban_reason: user.ban_reason.filter(|_| is_banned),
            locked: is_locked,
            created_at: user.created_at.to_string(),
            updated_at: user.updated_at.to_string(),
            last_sign_in_at: user.last_sign_in_at.map(|at| at.to_string()),
        }
    }

    /// Returns the fields as cells of a table, in the order of their names.
    pub fn cells(self) -> [String; 13] {
        [
            self.id,
            self.email,
            self.email_verified.to_string(),
            self.username.unwrap_or_default(),
            self.name,
            self.status.to_owned(),
            self.banned_until.unwrap_or_default(),
            self.ban_reason.unwrap_or_default(),
            self.roles.join(" "),
            self.locked.to_string(),
            self.created_at,
            self.updated_at,
            self.last_sign_in_at.unwrap_or_default(),
        ]
    }
}

fn links_of(known: &KnownUser, held: &[Permission], state: &AppState, now: Timestamp) -> Links {
    let user = &known.user;
    let this = format!("/api/v1/users/{}", user.id);
    let may = |permission| held.contains(&permission);
    // Only who has every permission of a user may change that user.
    let is_within = state.services.permissions.are_within(&user.roles_at(now), held);
    let may_write = may(Permission::UsersWrite) && is_within;
    let is_banned = user.is_banned(now);
    let under = |path| format!("{this}{path}");
    links(
        this.clone(),
        [
            ("update", "PATCH", this.clone(), may_write),
            ("replace", "PUT", this.clone(), may_write),
            ("delete", "DELETE", this.clone(), may_write && !known.is_last_administrator),
            ("ban", "POST", under("/ban"), may_write && !is_banned && !known.is_last_administrator),
            ("unban", "POST", under("/unban"), may_write && is_banned),
            ("unlock", "POST", under("/unlock"), may_write && known.is_locked),
            ("verify", "POST", under("/verify"), may_write && user.email_verified_at.is_none()),
            ("sendReset", "POST", under("/send-reset"), may_write),
            ("roles", "PUT", under("/roles"), may(Permission::RolesWrite) && is_within),
            ("sessions", "GET", under("/sessions"), may(Permission::SessionsRead)),
            ("signOut", "DELETE", format!("/api/v1/admin/users/{}/sessions", user.id), may(Permission::SessionsRevoke)),
            ("auditEvents", "GET", under("/audit-events"), may(Permission::AuditRead)),
        ],
    )
}
