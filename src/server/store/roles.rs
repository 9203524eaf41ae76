//! Roles and the users who have them.

use super::{
    Db, StoreError, audit,
    authority::Power,
    db::{Tx, execute, on_db, on_tx},
    revocations,
};
use crate::{
    model::{Permission, Timestamp, UserId},
    server::domain::{Actor, AuditEvent, NewRole, Role, RoleName},
};
use std::time::Duration;

#[derive(sqlx::FromRow)]
struct RoleRow {
    name: String,
    description: String,
    is_built_in: bool,
    permissions: Option<String>,
    holders: i64,
}

impl From<RoleRow> for Role {
    fn from(row: RoleRow) -> Self {
        Self {
            name: RoleName::stored(row.name),
            description: row.description,
            is_built_in: row.is_built_in,
            permissions: split(row.permissions.as_deref()).iter().filter_map(|name| name.parse().ok()).collect(),
            holders: row.holders,
        }
    }
}

macro_rules! select_role {
    ($condition:literal) => {
        concat!(
            "
            SELECT name, description, is_built_in,
                   (SELECT string_agg(permission, ',') FROM role_permissions WHERE role = roles.name) AS permissions,
                   (SELECT count(*) FROM user_roles WHERE role = roles.name) AS holders
            FROM roles ",
            $condition,
            " ORDER BY name"
        )
    };
}

impl Db {
    /// Returns every role, in order of their names.
    pub async fn list_roles(&self) -> Result<Vec<Role>, StoreError> {
        let rows: Vec<RoleRow> = on_db!(self, |conn| sqlx::query_as(select_role!("")).fetch_all(conn))?;
        Ok(rows.into_iter().map(Role::from).collect())
    }

    /// Returns the role of this name.
    pub async fn find_role(&self, name: &RoleName) -> Result<Option<Role>, StoreError> {
        let sql = select_role!("WHERE roles.name = $1");
        let row: Option<RoleRow> = on_db!(self, |conn| sqlx::query_as(sql).bind(name.as_str()).fetch_optional(conn))?;
        Ok(row.map(Role::from))
    }

    /// Creates a role. `Taken` if there is one of this name, `BeyondActor` if it has a permission that the acting user
    /// lacks.
    pub async fn insert_role(&self, role: NewRole, event: AuditEvent) -> Result<(), StoreError> {
        self.write_as(event.actor, event.at, move |tx| {
            Box::pin(async move {
                Power::of(tx, event.actor).await?.check_all(&role.permissions)?;
                let sql = "INSERT INTO roles (name, description) VALUES ($1, $2)";
                execute!(tx, sql, role.name.as_str(), role.description.as_str())?;
                insert_permissions(tx, &role).await?;
                audit::insert(tx, &event).await
            })
        })
        .await
    }

    /// Replaces the description and the permissions of a role. Tokens of its holders become stale. `Missing` without
    /// such a role, `Forbidden` if it is built in, `BeyondActor` if it has, or would get, a permission that the acting
    /// user lacks.
    pub async fn replace_role(&self, role: NewRole, event: AuditEvent, longest: Duration) -> Result<(), StoreError> {
        self.write_as(event.actor, event.at, move |tx| {
            Box::pin(async move {
                check_editable(tx, &role.name, event.actor).await?;
                Power::of(tx, event.actor).await?.check_all(&role.permissions)?;
                let sql = "UPDATE roles SET description = $2 WHERE name = $1";
                execute!(tx, sql, role.name.as_str(), role.description.as_str())?;
                execute!(tx, "DELETE FROM role_permissions WHERE role = $1", role.name.as_str())?;
                insert_permissions(tx, &role).await?;
                revoke_tokens_of_holders(tx, &role.name, longest, event.at).await?;
                audit::insert(tx, &event).await
            })
        })
        .await
    }

    /// Deletes a role. `Taken` if a user has it, otherwise like [`Self::replace_role`].
    pub async fn delete_role(&self, name: RoleName, event: AuditEvent) -> Result<(), StoreError> {
        self.write_as(event.actor, event.at, move |tx| {
            Box::pin(async move {
                check_editable(tx, &name, event.actor).await?;
                if !holders(tx, &name).await?.is_empty() {
                    return Err(StoreError::Taken);
                }
                execute!(tx, "DELETE FROM roles WHERE name = $1", name.as_str())?;
                audit::insert(tx, &event).await
            })
        })
        .await
    }
}

impl Db {
    /// Returns the names of all roles.
    pub async fn role_names(&self) -> Result<Vec<String>, StoreError> {
        on_db!(self, |conn| sqlx::query_scalar("SELECT name FROM roles ORDER BY name").fetch_all(conn))
    }

    /// Returns the permissions of each role.
    pub async fn role_permissions(&self) -> Result<Vec<(String, Permission)>, StoreError> {
        let sql = "SELECT role, permission FROM role_permissions";
        let rows: Vec<(String, String)> = on_db!(self, |conn| sqlx::query_as(sql).fetch_all(conn))?;
        // A permission unknown to this version grants nothing.
        Ok(rows.into_iter().filter_map(|(role, name)| Some((role, name.parse().ok()?))).collect())
    }
}

/// Splits the roles of one joined column.
pub(super) fn split(joined: Option<&str>) -> Vec<String> {
    let mut roles: Vec<String> =
        joined.unwrap_or_default().split(',').filter(|role| !role.is_empty()).map(str::to_owned).collect();
    roles.sort();
    roles
}

/// Adds these roles to a user.
pub(super) async fn grant(tx: &mut Tx, user: UserId, roles: &[String]) -> Result<(), StoreError> {
    let sql = "INSERT INTO user_roles (user_id, role) VALUES ($1, $2) ON CONFLICT (user_id, role) DO NOTHING";
    for role in roles {
        execute!(tx, sql, user, role.as_str())?;
    }
    Ok(())
}

/// Replaces the roles of a user.
pub(super) async fn replace(tx: &mut Tx, user: UserId, roles: &[String]) -> Result<(), StoreError> {
    execute!(tx, "DELETE FROM user_roles WHERE user_id = $1", user)?;
    grant(tx, user, roles).await
}

/// Locks a role for a change by this actor.
async fn check_editable(tx: &mut Tx, name: &RoleName, actor: Actor) -> Result<(), StoreError> {
    let sql = "UPDATE roles SET description = description WHERE name = $1 RETURNING is_built_in";
    let found: Option<bool> = on_tx!(tx, |conn| sqlx::query_scalar(sql).bind(name.as_str()).fetch_optional(conn))?;
    match found {
        None => return Err(StoreError::Missing),
        Some(true) => return Err(StoreError::Forbidden),
        Some(false) => {}
    }
    let sql = "SELECT permission FROM role_permissions WHERE role = $1";
    let permissions: Vec<String> = on_tx!(tx, |conn| sqlx::query_scalar(sql).bind(name.as_str()).fetch_all(conn))?;
    Power::of(tx, actor).await?.check_all(&permissions)
}

async fn insert_permissions(tx: &mut Tx, role: &NewRole) -> Result<(), StoreError> {
    let sql =
        "INSERT INTO role_permissions (role, permission) VALUES ($1, $2) ON CONFLICT (role, permission) DO NOTHING";
    for permission in &role.permissions {
        execute!(tx, sql, role.name.as_str(), permission.to_string())?;
    }
    Ok(())
}

async fn holders(tx: &mut Tx, name: &RoleName) -> Result<Vec<UserId>, StoreError> {
    let sql = "SELECT user_id FROM user_roles WHERE role = $1 ORDER BY user_id";
    on_tx!(tx, |conn| sqlx::query_scalar(sql).bind(name.as_str()).fetch_all(conn))
}

async fn revoke_tokens_of_holders(
    tx: &mut Tx,
    name: &RoleName,
    longest: Duration,
    now: Timestamp,
) -> Result<(), StoreError> {
    for user in holders(tx, name).await? {
        execute!(tx, "UPDATE users SET token_version = token_version + 1 WHERE id = $1", user)?;
        revocations::insert_user(tx, user, false, longest, now).await?;
    }
    Ok(())
}
