//! `/roles` and `/permissions`: the roles, and what they can grant.

use super::{
    body::Sent,
    id::PathId,
    links::Link,
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
use std::collections::BTreeMap;
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
    links: BTreeMap<&'static str, Link>,
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
    let roles = state.services.roles.list().await?.into_iter();
    page.answer_from(roles.map(|role| RoleResponse::of(role, &held)).collect(), |role| &role.name)
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
    Ok(Json(RoleResponse::of(state.services.roles.find(&name).await?, &admin.permissions(&state))))
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
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(RoleResponse::of(role, &held))).into_response())
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
    Ok(Json(RoleResponse::of(role, &admin.permissions(&state))))
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
    fn of(role: Role, held: &[Permission]) -> Self {
        let this = format!("/api/v1/roles/{}", role.name.as_str());
        let is_within = role.permissions.iter().all(|permission| held.contains(permission));
        let may_write = !role.is_built_in && is_within && held.contains(&Permission::RolesWrite);
        let actions = [("replace", "PUT", may_write), ("delete", "DELETE", may_write && role.holders == 0)];
        let actions = actions.into_iter().filter(|(.., is_allowed)| *is_allowed);
        let links = actions.map(|(name, method, _)| (name, Link::Action { href: this.clone(), method }));
        Self {
            links: std::iter::once(("self", Link::This(this.clone()))).chain(links).collect(),
            name: role.name.as_str().to_owned(),
            description: role.description,
            permissions: role.permissions.iter().map(ToString::to_string).collect(),
            built_in: role.is_built_in,
            holders: role.holders,
        }
    }
}
