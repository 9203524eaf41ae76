//! Roles and the users who have them.

use super::{
    Db, StoreError, audit,
    authority::Power,
    db::{Tx, execute, on_db, on_tx},
    revocations,
};
use crate::{
    model::{Permission, RoleGrant, Timestamp, UserId},
    server::domain::{AuditEvent, NewRole, Role, RoleName},
};
use std::time::Duration;

#[derive(sqlx::FromRow)]
struct RoleRow {
    name: String,
    description: String,
    is_built_in: bool,
    version: i64,
    permissions: Option<String>,
    holders: i64,
}

impl From<RoleRow> for Role {
    fn from(row: RoleRow) -> Self {
        let joined = row.permissions.unwrap_or_default();
        let mut names: Vec<&str> = joined.split(',').collect();
        names.sort_unstable();
        Self {
            name: RoleName::stored(row.name),
            description: row.description,
            is_built_in: row.is_built_in,
            version: row.version,
            permissions: names.iter().filter_map(|name| name.parse().ok()).collect(),
            holders: row.holders,
        }
    }
}

macro_rules! select_role {
    ($condition:literal) => {
        concat!(
            "
            SELECT name, description, is_built_in, version,
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
                Power::of(tx, event.actor, event.at).await?.check_all(&role.permissions)?;
                let sql = "INSERT INTO roles (name, description) VALUES ($1, $2)";
                execute!(tx, sql, role.name.as_str(), role.description.as_str())?;
                insert_permissions(tx, &role).await?;
                audit::insert(tx, &event).await
            })
        })
        .await
    }

    /// Replaces the description and the permissions of a role. Tokens of its holders become stale. `Missing` without
    /// such a role, `Forbidden` if it is built in, `Changed` if it no longer has the expected version, `BeyondActor` if
    /// it or one of its holders has a permission that the acting user lacks, or if it would get one that the acting user
    /// lacks or has only until a time.
    pub async fn replace_role(
        &self,
        role: NewRole,
        expected: Option<i64>,
        event: AuditEvent,
        longest: Duration,
    ) -> Result<(), StoreError> {
        self.write_as(event.actor, event.at, move |tx| {
            Box::pin(async move {
                let power = Power::of(tx, event.actor, event.at).await?;
                let before = lock_editable(tx, &role.name, expected, &power).await?;
                power.check_all(&role.permissions)?;
                let added = role.permissions.iter().map(ToString::to_string).filter(|name| !before.contains(name));
                power.check_for_good(&added.collect::<Vec<_>>())?;
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
                let power = Power::of(tx, event.actor, event.at).await?;
                lock_editable(tx, &name, None, &power).await?;
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

    /// Returns the names of up to `limit` users who have this role, in order of their creation.
    pub async fn first_holders(&self, name: &RoleName, now: Timestamp, limit: i64) -> Result<Vec<String>, StoreError> {
        let sql = "
            SELECT users.name
            FROM user_roles
            JOIN users ON users.id = user_id
            WHERE role = $1 AND (until IS NULL OR until > $2)
            ORDER BY user_id
            LIMIT $3";
        on_db!(self, |conn| sqlx::query_scalar(sql).bind(name.as_str()).bind(now).bind(limit).fetch_all(conn))
    }

    /// Returns every role that a user with this role has.
    pub async fn roles_of_holders(&self, name: &RoleName, now: Timestamp) -> Result<Vec<String>, StoreError> {
        let sql = "
            SELECT DISTINCT others.role
            FROM user_roles holders
            JOIN user_roles others ON others.user_id = holders.user_id
            WHERE holders.role = $1 AND (others.until IS NULL OR others.until > $2)";
        on_db!(self, |conn| sqlx::query_scalar(sql).bind(name.as_str()).bind(now).fetch_all(conn))
    }

    /// Returns up to `limit` users with a role that has ended.
    pub async fn users_with_expired_roles(&self, now: Timestamp, limit: i64) -> Result<Vec<UserId>, StoreError> {
        let sql = "SELECT DISTINCT user_id FROM user_roles WHERE until <= $1 ORDER BY user_id LIMIT $2";
        on_db!(self, |conn| sqlx::query_scalar(sql).bind(now).bind(limit).fetch_all(conn))
    }

    /// Returns the permissions of each role.
    pub async fn role_permissions(&self) -> Result<Vec<(String, Permission)>, StoreError> {
        let sql = "SELECT role, permission FROM role_permissions";
        let rows: Vec<(String, String)> = on_db!(self, |conn| sqlx::query_as(sql).fetch_all(conn))?;
        // A permission unknown to this version grants nothing.
        Ok(rows.into_iter().filter_map(|(role, name)| Some((role, name.parse().ok()?))).collect())
    }
}

/// Selects the roles of a row of `users` as one column, each with its end if it has one.
macro_rules! joined_roles {
    () => {
        "(SELECT string_agg(role || COALESCE(' ' || CAST(until AS TEXT), ''), ',')
          FROM user_roles
          WHERE user_id = users.id)"
    };
}

pub(super) use joined_roles;

/// Splits the roles of one joined column, in order of their names.
pub(super) fn split(joined: Option<&str>) -> Vec<RoleGrant> {
    let each = joined.unwrap_or_default().split(',').filter(|role| !role.is_empty());
    let mut roles: Vec<RoleGrant> = each
        .map(|role| match role.split_once(' ') {
            // An end that can't be read has passed.
            Some((name, until)) => {
                RoleGrant { name: name.to_owned(), until: Some(Timestamp(until.parse().unwrap_or(0))) }
            }
            None => role.into(),
        })
        .collect();
    roles.sort();
    roles
}

/// Returns the names of the roles of one joined column that count at `now`.
pub(super) fn names_at(joined: Option<&str>, now: Timestamp) -> Vec<String> {
    split(joined).into_iter().filter(|role| role.is_in_force(now)).map(|role| role.name).collect()
}

/// Adds these roles to a user.
pub(super) async fn grant(tx: &mut Tx, user: UserId, roles: &[RoleGrant]) -> Result<(), StoreError> {
    let sql = "
        INSERT INTO user_roles (user_id, role, until) VALUES ($1, $2, $3)
        ON CONFLICT (user_id, role) DO NOTHING";
    for role in roles {
        execute!(tx, sql, user, role.name.as_str(), role.until)?;
    }
    Ok(())
}

/// Replaces the roles of a user.
pub(super) async fn replace(tx: &mut Tx, user: UserId, roles: &[RoleGrant]) -> Result<(), StoreError> {
    execute!(tx, "DELETE FROM user_roles WHERE user_id = $1", user)?;
    grant(tx, user, roles).await
}

/// Deletes the roles of a user that have ended. `Missing` if there are none, because another node was first.
pub(super) async fn delete_expired(tx: &mut Tx, user: UserId, now: Timestamp) -> Result<(), StoreError> {
    match execute!(tx, "DELETE FROM user_roles WHERE user_id = $1 AND until <= $2", user, now)? {
        0 => Err(StoreError::Missing),
        _ => Ok(()),
    }
}

/// Locks a role for a change and returns its permissions.
async fn lock_editable(
    tx: &mut Tx,
    name: &RoleName,
    expected: Option<i64>,
    power: &Power,
) -> Result<Vec<String>, StoreError> {
    let sql = "UPDATE roles SET version = version + 1 WHERE name = $1 RETURNING is_built_in, version - 1";
    let found: Option<(bool, i64)> = on_tx!(tx, |conn| sqlx::query_as(sql).bind(name.as_str()).fetch_optional(conn))?;
    let (is_built_in, version) = found.ok_or(StoreError::Missing)?;
    if is_built_in {
        return Err(StoreError::Forbidden);
    }
    if expected.is_some_and(|expected| expected != version) {
        return Err(StoreError::Changed);
    }
    let sql = "SELECT permission FROM role_permissions WHERE role = $1";
    let permissions: Vec<String> = on_tx!(tx, |conn| sqlx::query_scalar(sql).bind(name.as_str()).fetch_all(conn))?;
    power.check_all(&permissions)?;
    power.check_holders(tx, name).await?;
    Ok(permissions)
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
    let holders = holders(tx, name).await?;
    // All users in order of their ids, then the counter of revocations: on PostgreSQL, every transaction locks users
    // before the counter, and one that waits for another user while it holds the counter would wait for ever.
    for user in &holders {
        execute!(tx, "UPDATE users SET token_version = token_version + 1 WHERE id = $1", *user)?;
    }
    for user in holders {
        revocations::insert_user(tx, user, false, longest, now).await?;
    }
    Ok(())
}
