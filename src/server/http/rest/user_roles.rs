//! `GET` and `PUT /users/{id}/roles`: the roles of one user.

use super::{
    body::Sent,
    etag::IfMatch,
    id::PathId,
    list::{ListQuery, ListResponse, NoFilters},
    object, users,
};
use crate::{
    model::{RoleGrant, UserId},
    server::{
        domain::UserChange,
        http::{
            extractors::{RequirePermission, RolesRead, RolesWrite},
            problem::Problem,
            state::AppState,
        },
        services::Caller,
    },
};
use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};

/// One role of a user, and until when (RFC 3339) they have it.
#[derive(Serialize)]
pub struct UserRoleResponse {
    name: String,
    until: Option<String>,
}

/// All roles that a user is to have.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserRoles {
    roles: Vec<Given>,
}

/// A role given for good, by its name alone, or until a time (RFC 3339).
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Given {
    ForGood(String),
    Until(#[serde(deserialize_with = "object::object")] GivenUntil),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenUntil {
    name: String,
    until: Option<String>,
}

/// Lists the roles of a user.
pub async fn list(
    State(state): State<AppState>,
    _: RequirePermission<RolesRead>,
    PathId(id): PathId<UserId>,
    ListQuery { page, .. }: ListQuery<NoFilters>,
) -> Result<ListResponse<UserRoleResponse>, Problem> {
    let user = state.services.users.find(id).await?.ok_or(Problem::NotFound)?;
    let now = state.services.clock.now();
    let roles = user.roles.into_iter().filter(|role| role.is_in_force(now)).map(UserRoleResponse::from).collect();
    page.answer_from(roles, |role| &role.name)
}

/// Replaces the roles of a user.
pub async fn replace(
    State(state): State<AppState>,
    caller: Caller,
    _: RequirePermission<RolesWrite>,
    PathId(id): PathId<UserId>,
    condition: IfMatch,
    sent: Sent<RequirePermission<RolesWrite>, UserRoles>,
) -> Result<Json<UserRoles>, Problem> {
    let (admin, UserRoles { roles }) = sent.read().await?;
    let roles = roles.into_iter().map(Given::read).collect::<Result<_, _>>()?;
    users::write(&state, id, UserChange::Roles(roles), &condition, admin.actor(), &caller).await?;
    let user = state.services.users.find(id).await?.ok_or(Problem::NotFound)?;
    Ok(Json(UserRoles { roles: user.roles.into_iter().map(Given::from).collect() }))
}

impl Given {
    fn read(self) -> Result<RoleGrant, Problem> {
        let (name, until) = match self {
            Self::ForGood(name) => (name, None),
            Self::Until(GivenUntil { name, until }) => (name, until),
        };
        let until = until.map(|text| text.parse()).transpose();
        let until = until.map_err(|_| Problem::of_field("until", &"Must be a date and time as in RFC 3339"))?;
        Ok(RoleGrant { name, until })
    }
}

impl From<RoleGrant> for Given {
    fn from(RoleGrant { name, until }: RoleGrant) -> Self {
        match until {
            None => Self::ForGood(name),
            Some(until) => Self::Until(GivenUntil { name, until: Some(until.to_string()) }),
        }
    }
}

impl From<RoleGrant> for UserRoleResponse {
    fn from(RoleGrant { name, until }: RoleGrant) -> Self {
        Self { name, until: until.map(|until| until.to_string()) }
    }
}
