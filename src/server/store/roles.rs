//! Roles and the users who have them.

use super::{
    Db, StoreError,
    db::{Tx, execute, on_db},
};
use crate::model::{Permission, UserId};

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
