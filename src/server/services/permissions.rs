//! The permissions of roles, kept in memory.

use crate::{
    model::Permission,
    server::store::{Db, StoreError},
};
use std::{collections::HashMap, sync::Arc};

/// The permissions of each role.
#[derive(Clone)]
pub struct Permissions {
    of_role: Arc<HashMap<String, Vec<Permission>>>,
}

impl Permissions {
    /// Loads them from the database.
    pub async fn load(db: &Db) -> Result<Self, StoreError> {
        let mut of_role: HashMap<String, Vec<Permission>> = HashMap::new();
        for (role, permission) in db.role_permissions().await? {
            of_role.entry(role).or_default().push(permission);
        }
        Ok(Self { of_role: Arc::new(of_role) })
    }

    /// Returns whether one of these roles grants the permission. Unknown roles grant nothing.
    pub fn allow(&self, roles: &[String], permission: Permission) -> bool {
        roles.iter().filter_map(|role| self.of_role.get(role)).any(|allowed| allowed.contains(&permission))
    }
}
