//! The permissions of roles, kept in memory.

use super::Authenticated;
use crate::{
    model::Permission,
    server::store::{Db, StoreError},
};
use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};
use strum::VariantArray;

type OfRole = HashMap<String, Vec<Permission>>;

/// The permissions of each role.
#[derive(Clone)]
pub struct Permissions {
    db: Db,
    of_role: Arc<RwLock<OfRole>>,
}

impl Permissions {
    /// Loads them from the database.
    pub async fn load(db: Db) -> Result<Self, StoreError> {
        let of_role = read(&db).await?;
        Ok(Self { db, of_role: Arc::new(RwLock::new(of_role)) })
    }

    /// Loads them again, because they may have changed here or on another node.
    pub async fn reload(&self) -> Result<(), StoreError> {
        let of_role = read(&self.db).await?;
        *self.of_role.write().unwrap_or_else(PoisonError::into_inner) = of_role;
        Ok(())
    }

    /// Returns whether a caller may use this permission.
    pub fn allow(&self, who: &Authenticated, permission: Permission) -> bool {
        self.held_by(who).contains(&permission)
    }

    /// Returns whether a caller may use every permission.
    pub fn allow_all(&self, who: &Authenticated) -> bool {
        let held = self.held_by(who);
        Permission::VARIANTS.iter().all(|permission| held.contains(permission))
    }

    /// Returns whether these roles grant no permission beyond those that are held.
    pub fn are_within(&self, roles: &[String], held: &[Permission]) -> bool {
        self.of(roles).iter().all(|permission| held.contains(permission))
    }

    /// Returns the permissions that a caller may use, some of them perhaps twice: those of their roles, and of these only the
    /// scopes if the caller is an API key.
    pub fn held_by(&self, who: &Authenticated) -> Vec<Permission> {
        let mut held = self.of(&who.claims.roles);
        if let Some(scopes) = &who.scopes {
            held.retain(|permission| scopes.contains(permission));
        }
        held
    }

    /// Returns the permissions that these roles grant, some of them perhaps twice. Unknown roles grant nothing.
    pub(super) fn of(&self, roles: &[String]) -> Vec<Permission> {
        let of_role = self.of_role.read().unwrap_or_else(PoisonError::into_inner);
        roles.iter().filter_map(|role| of_role.get(role)).flatten().copied().collect()
    }
}

async fn read(db: &Db) -> Result<OfRole, StoreError> {
    let mut of_role = OfRole::new();
    for (role, permission) in db.role_permissions().await? {
        of_role.entry(role).or_default().push(permission);
    }
    Ok(of_role)
}
