//! `/roles` and `/permissions`: the roles, and what they can grant.

use super::{body::Sent, id::PathId};
use crate::{
    model::Permission,
    server::{
        domain::{NewRole, Role, RoleName},
        http::{
            extractors::{RequirePermission, RolesRead, RolesWrite},
            problem::Problem,
            state::AppState,
        },
        services::Caller,
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

/// The longest description of a role, in characters.
const DESCRIPTION: usize = 200;

/// One role.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RoleResponse {
    name: String,
    description: String,
    permissions: Vec<String>,
    built_in: bool,
    holders: i64,
}

/// A short list, on one page.
#[derive(Serialize)]
pub struct AllOf<T> {
    data: Vec<T>,
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

/// Lists every role.
pub async fn list(
    State(state): State<AppState>,
    _: RequirePermission<RolesRead>,
) -> Result<Json<AllOf<RoleResponse>>, Problem> {
    let roles = state.services.roles.list().await?;
    Ok(Json(AllOf { data: roles.into_iter().map(RoleResponse::from).collect() }))
}

/// Lists every permission.
pub async fn permissions(_: RequirePermission<RolesRead>) -> Json<AllOf<PermissionResponse>> {
    let name = |permission: &Permission| PermissionResponse { name: permission.to_string() };
    Json(AllOf { data: Permission::VARIANTS.iter().map(name).collect() })
}

/// Returns one role.
pub async fn show(
    State(state): State<AppState>,
    _: RequirePermission<RolesRead>,
    PathId(name): PathId<RoleName>,
) -> Result<Json<RoleResponse>, Problem> {
    Ok(Json(state.services.roles.find(&name).await?.into()))
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
    let role = state.services.roles.create(role, admin.actor(), &caller).await?;
    let location = format!("/api/v1/roles/{}", role.name.as_str());
    let location = HeaderValue::try_from(location).map_err(|_| Problem::Internal)?;
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(RoleResponse::from(role))).into_response())
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
    Ok(Json(state.services.roles.replace(role, None, admin.actor(), &caller).await?.into()))
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
    let description = description.unwrap_or_default().trim().to_owned();
    if description.chars().count() > DESCRIPTION || description.chars().any(char::is_control) {
        return Err(Problem::of_field("description", &"Use at most 200 characters, on one line"));
    }
    let parsed: Result<_, _> = permissions.iter().map(|permission| permission.parse()).collect();
    let permissions =
        parsed.map_err(|_| Problem::of_field("permissions", &"Unknown permission: see GET /api/v1/permissions"))?;
    Ok(NewRole { name, description, permissions })
}

impl From<Role> for RoleResponse {
    fn from(role: Role) -> Self {
        Self {
            name: role.name.as_str().to_owned(),
            description: role.description,
            permissions: role.permissions.iter().map(ToString::to_string).collect(),
            built_in: role.is_built_in,
            holders: role.holders,
        }
    }
}
