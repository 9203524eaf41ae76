//! `/roles` and `/permissions`: the roles, and what they can grant.

use super::{
    body::Sent,
    id::PathId,
    links::{Links, links},
    list::{ListQuery, ListResponse, NoFilters},
};
use crate::{
    model::Permission,
    server::{
        domain::{NewRole, Role, RoleName},
        http::{
            extractors::{RequirePermission, RolesRead, RolesWrite},
            problem::Problem,
            state::AppState,
        },
        services::{Caller, RoleError},
    },
};
use axum::{
    Json,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use strum::VariantArray;

/// One role.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RoleResponse {
    name: String,
    description: String,
    permissions: Vec<String>,
    built_in: bool,
    holders: i64,
    links: Links,
}

/// A permission that roles can grant.
#[derive(Serialize)]
pub struct PermissionResponse {
    name: String,
}

/// A role to create.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateRoleRequest {
    name: String,
    description: Option<String>,
    permissions: Vec<String>,
}

/// All that can be written of a role.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReplaceRoleRequest {
    /// The name in the path, if given.
    name: Option<String>,
    description: Option<String>,
    permissions: Vec<String>,
}

/// Lists roles by name.
pub async fn list(
    State(state): State<AppState>,
    admin: RequirePermission<RolesRead>,
    ListQuery { page, .. }: ListQuery<NoFilters>,
) -> Result<ListResponse<RoleResponse>, Problem> {
    let held = admin.permissions(&state);
    let mut roles = Vec::new();
    for role in state.services.roles.list().await? {
        roles.push(RoleResponse::of(role, &held, &state).await?);
    }
    page.answer_from(roles, |role| &role.name)
}

/// Lists permissions by name.
pub async fn permissions(
    _: RequirePermission<RolesRead>,
    ListQuery { page, .. }: ListQuery<NoFilters>,
) -> Result<ListResponse<PermissionResponse>, Problem> {
    let mut names: Vec<String> = Permission::VARIANTS.iter().map(ToString::to_string).collect();
    names.sort();
    page.answer_from(names.into_iter().map(|name| PermissionResponse { name }).collect(), |entry| &entry.name)
}

/// Returns one role.
pub async fn show(
    State(state): State<AppState>,
    admin: RequirePermission<RolesRead>,
    PathId(name): PathId<RoleName>,
) -> Result<Json<RoleResponse>, Problem> {
    let role = state.services.roles.find(&name).await?;
    Ok(Json(RoleResponse::of(role, &admin.permissions(&state), &state).await?))
}

/// Creates a role.
pub async fn create(
    State(state): State<AppState>,
    caller: Caller,
    sent: Sent<RequirePermission<RolesWrite>, CreateRoleRequest>,
) -> Result<Response, Problem> {
    let (admin, CreateRoleRequest { name, description, permissions }) = sent.read().await?;
    let name = name
        .parse()
        .map_err(|()| Problem::of_field("name", &"Use 1 to 40 of a-z, 0-9, - and _, and begin with a letter"))?;
    let role = read(name, description, &permissions)?;
    let held = admin.permissions(&state);
    let role = state.services.roles.create(role, admin.actor(), &caller).await?;
    let location = format!("/api/v1/roles/{}", role.name.as_str());
    let location = HeaderValue::try_from(location).map_err(|_| Problem::Internal)?;
    let response = RoleResponse::of(role, &held, &state).await?;
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(response)).into_response())
}

/// Replaces the description and the permissions of a role.
pub async fn replace(
    State(state): State<AppState>,
    caller: Caller,
    _: RequirePermission<RolesWrite>,
    PathId(name): PathId<RoleName>,
    sent: Sent<RequirePermission<RolesWrite>, ReplaceRoleRequest>,
) -> Result<Json<RoleResponse>, Problem> {
    let (admin, request) = sent.read().await?;
    if request.name.is_some_and(|given| given != name.as_str()) {
        return Err(Problem::of_field("name", &"Roles can't be renamed"));
    }
    let role = read(name, request.description, &request.permissions)?;
    let role = state.services.roles.replace(role, None, admin.actor(), &caller).await?;
    Ok(Json(RoleResponse::of(role, &admin.permissions(&state), &state).await?))
}

/// Deletes a role that no one has.
pub async fn delete(
    State(state): State<AppState>,
    caller: Caller,
    admin: RequirePermission<RolesWrite>,
    PathId(name): PathId<RoleName>,
) -> Result<StatusCode, Problem> {
    state.services.roles.delete(name, admin.actor(), &caller).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn read(name: RoleName, description: Option<String>, permissions: &[String]) -> Result<NewRole, Problem> {
    NewRole::parse(name, &description.unwrap_or_default(), permissions).map_err(|error| RoleError::from(error).into())
}

impl RoleResponse {
    /// Describes a role to a caller with these permissions.
    async fn of(role: Role, held: &[Permission], state: &AppState) -> Result<Self, Problem> {
        let this = format!("/api/v1/roles/{}", role.name.as_str());
        let is_within = role.permissions.iter().all(|permission| held.contains(permission));
        let may_write = !role.is_built_in && is_within && held.contains(&Permission::RolesWrite);
        let is_free = role.holders == 0;
        // Only who has every permission of its holders may change it.
        let may_replace = may_write && (is_free || state.services.roles.are_holders_within(&role.name, held).await?);
        let replace = ("replace", "PUT", this.clone(), may_replace);
        Ok(Self {
            links: links(this.clone(), [replace, ("delete", "DELETE", this, may_write && is_free)]),
            name: role.name.as_str().to_owned(),
            description: role.description,
            permissions: role.permissions.iter().map(ToString::to_string).collect(),
            built_in: role.is_built_in,
            holders: role.holders,
        })
    }
}
