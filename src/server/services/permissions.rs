//! What roles allow, known without a query.

use crate::{
    model::Permission,
    server::store::{Db, StoreError},
};
use std::{collections::HashMap, sync::Arc};

/// What each role allows.
#[derive(Clone)]
pub struct Permissions {
    of_role: Arc<HashMap<String, Vec<Permission>>>,
}

impl Permissions {
    /// As the database has them.
    pub async fn load(db: &Db) -> Result<Self, StoreError> {
        let mut of_role: HashMap<String, Vec<Permission>> = HashMap::new();
        for (role, permission) in db.role_permissions().await? {
            of_role.entry(role).or_default().push(permission);
        }
        Ok(Self { of_role: Arc::new(of_role) })
    }

    /// Whether one of these roles allows it. What no role allows is forbidden.
    pub fn allow(&self, roles: &[String], permission: Permission) -> bool {
        roles.iter().filter_map(|role| self.of_role.get(role)).any(|allowed| allowed.contains(&permission))
    }
}
