//! The roles: list them, and create, change and delete one.

use crate::model::{FnError, FormResult, OpenRole, RoleMatrix};
use leptos::prelude::*;

/// Reads the table of roles and permissions, to show it or `to_create` a role.
#[server(name = ReadRoles, endpoint = "roles")]
pub async fn roles(#[server(default)] to_create: bool) -> Result<RoleMatrix, FnError> {
    use crate::{
        model::Permission,
        server::{context::ServerFnContext, services::role_view},
    };
    let context = ServerFnContext::new()?;
    let who = context.require(Permission::RolesRead)?;
    if to_create {
        context.require(Permission::RolesWrite)?;
    }
    let services = context.services();
    Ok(role_view::matrix(services, services.permissions.held_by(&who)).await?)
}

/// Reads one role, to change it.
#[server(name = ReadRole, endpoint = "role")]
pub async fn role(#[server(default)] name: String) -> Result<OpenRole, FnError> {
    use crate::{
        model::Permission,
        server::{
            context::ServerFnContext,
            services::{RoleError, role_view},
        },
    };
    let context = ServerFnContext::new()?;
    let who = context.require(Permission::RolesWrite)?;
    let services = context.services();
    let name = name.parse().map_err(|()| context.not_found())?;
    match role_view::open(services, &name, &services.permissions.held_by(&who)).await {
        Ok(open) => Ok(open),
        Err(RoleError::Service(error)) => Err(error.into()),
        Err(_) => Err(context.not_found()),
    }
}

/// Creates a role.
#[server(endpoint = "create_role")]
pub async fn create_role(
    #[server(default)] name: String,
    #[server(default)] description: String,
    #[server(default)] permissions: Vec<String>,
) -> Result<FormResult, FnError> {
    use crate::{
        model::{FormErrors, FormName, Page, Permission, RoleQuery, RoleQuestion},
        server::{context::ServerFnContext, domain::NewRole, text},
    };
    let kept = [("name", name.as_str()), ("description", &description), ("permissions", &permissions.join(" "))];
    let context = ServerFnContext::for_form(FormName::Role)?.keep(kept);
    let actor = context.require(Permission::RolesWrite)?.actor();
    let asked = RoleQuery::address(RoleQuestion::Create, "", None);
    let Ok(name) = name.trim().parse() else {
        return context.reject(&asked, FormErrors::of_field("name", text::ROLE_NAME)).await;
    };
    let role = match NewRole::parse(name, &description, &permissions) {
        Ok(role) => role,
        Err(error) => return context.reject(&asked, text::role_errors(error.into())?).await,
    };
    match context.services().roles.create(role, actor, context.caller()).await {
        Ok(role) => context.redirect(Page::Roles.path(), Some(&text::role_created(role.name.as_str()))).await,
        Err(error) => context.reject(&asked, text::role_errors(error)?).await,
    }
}

/// Replaces the description and the permissions of a role, if it still has this version.
#[server(endpoint = "save_role")]
pub async fn save_role(
    #[server(default)] name: String,
    #[server(default)] version: String,
    #[server(default)] description: String,
    #[server(default)] permissions: Vec<String>,
) -> Result<FormResult, FnError> {
    use crate::{
        model::{FormName, Page, Permission, RoleDraft, RoleQuery, RoleQuestion},
        server::{context::ServerFnContext, domain::NewRole, text},
    };
    let context = ServerFnContext::for_form(FormName::Role)?;
    let actor = context.require(Permission::RolesWrite)?.actor();
    let expected = Some(version.parse().map_err(|_| FnError::BadRequest)?);
    let chosen = permissions.iter().filter_map(|permission| permission.parse().ok()).collect();
    let draft = RoleDraft { description: description.clone(), permissions: chosen };
    let asking = |question| RoleQuery::address(question, &name, Some(&draft));
    let role = name.parse().map_err(|()| FnError::NotFound)?;
    let role = match NewRole::parse(role, &description, &permissions) {
        Ok(role) => role,
        Err(error) => {
            return context.reject(&asking(RoleQuestion::Edit), text::role_errors(error.into())?).await;
        }
    };
    match context.services().roles.replace(role, expected, actor, context.caller()).await {
        Ok(role) => context.redirect(Page::Roles.path(), Some(&text::role_saved(role.name.as_str()))).await,
        Err(error) => context.reject(&asking(RoleQuestion::Review), text::role_errors(error)?).await,
    }
}

/// Deletes a role that no one has.
#[server(endpoint = "delete_role")]
pub async fn delete_role(#[server(default)] name: String) -> Result<FormResult, FnError> {
    use crate::{
        model::{FormName, Page, Permission, RoleQuery, RoleQuestion},
        server::{context::ServerFnContext, domain::RoleName, text},
    };
    let context = ServerFnContext::for_form(FormName::Role)?;
    let actor = context.require(Permission::RolesWrite)?.actor();
    let role: RoleName = name.parse().map_err(|()| FnError::NotFound)?;
    match context.services().roles.delete(role, actor, context.caller()).await {
        Ok(()) => context.redirect(Page::Roles.path(), Some(&text::role_deleted(&name))).await,
        Err(error) => {
            context.reject(&RoleQuery::address(RoleQuestion::Delete, &name, None), text::role_errors(error)?).await
        }
    }
}
