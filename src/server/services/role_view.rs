//! Describes roles for pages.

use super::{RoleError, ServiceError, Services};
use crate::{
    model::{OpenRole, Permission, RoleLine, RoleLock, RoleMatrix},
    server::domain::{Role, RoleName},
};

/// How many users who have a role are named.
const NAMED: i64 = 5;

/// Returns the table of roles for an administrator with these permissions.
pub async fn matrix(services: &Services, held: Vec<Permission>) -> Result<RoleMatrix, ServiceError> {
    let roles = services.roles.list().await?.into_iter();
    Ok(RoleMatrix { roles: roles.map(|role| line(role, &held)).collect(), held, now: services.clock.now() })
}

/// Returns one role for an administrator with these permissions.
pub async fn open(services: &Services, name: &RoleName, held: &[Permission]) -> Result<OpenRole, RoleError> {
    let role = services.roles.find(name).await?;
    let version = role.version;
    let mut line = line(role, held);
    if line.lock.is_none() && !services.roles.are_holders_within(name, held).await? {
        line.lock = Some(RoleLock::Beyond);
    }
    let first_holders = if held.contains(&Permission::UsersRead) {
        services.roles.first_holders(name, NAMED).await?
    } else {
        Vec::new()
    };
    Ok(OpenRole { line, version, held: held.to_vec(), first_holders, now: services.clock.now() })
}

fn line(role: Role, held: &[Permission]) -> RoleLine {
    let is_within = role.permissions.iter().all(|permission| held.contains(permission));
    let lock = match (role.is_built_in, is_within) {
        (true, _) => Some(RoleLock::BuiltIn),
        (false, false) => Some(RoleLock::Beyond),
        (false, true) => None,
    };
    let Role { name, description, permissions, holders, .. } = role;
    RoleLine { name: name.as_str().to_owned(), description, permissions, holders, lock }
}
