//! Lists and changes roles.

use super::{Caller, Core, Permissions, ServiceError, SessionService};
use crate::{
    model::{Permission, UserId},
    server::{
        domain::{
            Actor, AuditAction, AuditEvent, AuditTarget, NewRole, NotARole, Role, RoleName, TargetKind, UserChange,
        },
        store::{StoreError, UserUpdate},
    },
};
use serde_json::json;
use std::sync::Arc;

/// How many users lose their ended roles before the next ones are read.
const PIECE: i64 = 100;

/// Manages roles.
#[derive(Clone)]
pub struct RoleService {
    core: Arc<Core>,
    sessions: SessionService,
    permissions: Permissions,
}

/// Why a role was not created, changed or deleted.
#[derive(Debug, thiserror::Error)]
pub enum RoleError {
    #[error("Name already in use")]
    Taken,
    #[error("Use at most 200 characters, on one line")]
    Description,
    #[error("Unknown permission: see GET /api/v1/permissions")]
    UnknownPermission,
    #[error("no such role")]
    Missing,
    #[error("Built-in roles can't be changed")]
    BuiltIn,
    #[error("This role still has holders: take it from them first")]
    Held,
    #[error("changed by someone else meanwhile")]
    Changed,
    #[error("this takes a permission that you don't have, or don't have for good")]
    BeyondActor,
    #[error(transparent)]
    Service(#[from] ServiceError),
}

impl From<NotARole> for RoleError {
    fn from(error: NotARole) -> Self {
        match error {
            NotARole::Description => Self::Description,
            NotARole::Permission => Self::UnknownPermission,
        }
    }
}

impl From<StoreError> for RoleError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Taken => Self::Taken,
            StoreError::Missing => Self::Missing,
            StoreError::Forbidden => Self::BuiltIn,
            StoreError::Changed => Self::Changed,
            StoreError::BeyondActor => Self::BeyondActor,
            other => Self::Service(other.into()),
        }
    }
}

impl RoleService {
    pub(super) fn new(core: Arc<Core>, sessions: SessionService, permissions: Permissions) -> Self {
        Self { core, sessions, permissions }
    }

    /// Returns every role, in order of their names.
    pub async fn list(&self) -> Result<Vec<Role>, ServiceError> {
        Ok(self.core.db.list_roles().await?)
    }

    /// Returns the role of this name.
    pub async fn find(&self, name: &RoleName) -> Result<Role, RoleError> {
        self.core.db.find_role(name).await?.ok_or(RoleError::Missing)
    }

    /// Returns the names of up to `limit` users who have a role.
    pub async fn first_holders(&self, name: &RoleName, limit: i64) -> Result<Vec<String>, ServiceError> {
        Ok(self.core.db.first_holders(name, self.core.now(), limit).await?)
    }

    /// Returns whether no user who has the role has a permission beyond these.
    pub async fn are_holders_within(&self, name: &RoleName, held: &[Permission]) -> Result<bool, ServiceError> {
        let roles = self.core.db.roles_of_holders(name, self.core.now()).await?;
        Ok(self.permissions.are_within(&roles, held))
    }

    /// Creates a role.
    pub async fn create(&self, role: NewRole, actor: Actor, caller: &Caller) -> Result<Role, RoleError> {
        let mut event = self.event(AuditAction::RoleCreated, &role.name, actor, caller);
        event.details["new"] = described(&role);
        let name = role.name.clone();
        self.core.db.insert_role(role, event).await?;
        self.changed(&name).await
    }

    /// Replaces the description and the permissions of a role. Requests of its holders see the change at once.
    /// `expected` is the version that it must still have; `None` for any.
    pub async fn replace(
        &self,
        role: NewRole,
        expected: Option<i64>,
        actor: Actor,
        caller: &Caller,
    ) -> Result<Role, RoleError> {
        let before = self.find(&role.name).await?;
        let mut event = self.event(AuditAction::RoleChanged, &role.name, actor, caller);
        let Role { name, description, permissions, .. } = before;
        event.details["old"] = described(&NewRole { name, description, permissions });
        event.details["new"] = described(&role);
        let name = role.name.clone();
        self.core.db.replace_role(role, expected, event, self.sessions.longest_access()).await?;
        self.changed(&name).await
    }

    /// Deletes a role that no one has.
    pub async fn delete(&self, name: RoleName, actor: Actor, caller: &Caller) -> Result<(), RoleError> {
        let event = self.event(AuditAction::RoleDeleted, &name, actor, caller);
        match self.core.db.delete_role(name, event).await {
            Err(StoreError::Taken) => Err(RoleError::Held),
            done => Ok(done?),
        }
    }

    /// Takes away the roles that have ended. The tokens of their users become stale.
    pub async fn expire(&self) -> Result<(), ServiceError> {
        while let Some(now) = self.core.clock_check.believed_now() {
            let users = self.core.db.users_with_expired_roles(now, PIECE).await?;
            if users.is_empty() {
                break;
            }
            for user in users {
                self.expire_roles_of(user).await?;
            }
            self.poll_revocations().await;
        }
        Ok(())
    }

    async fn expire_roles_of(&self, id: UserId) -> Result<(), ServiceError> {
        let change = UserChange::ExpireRoles;
        let event = self.core.event(&Caller::background(), change.audit_action(), Actor::System, Some(id));
        let update = UserUpdate { id, change, expected: None, notice: None, event };
        match self.core.db.change_user(update, self.sessions.longest_access()).await {
            // Another node was first, or the user was deleted.
            Ok(_) | Err(StoreError::Missing) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    fn event(&self, action: AuditAction, name: &RoleName, actor: Actor, caller: &Caller) -> AuditEvent {
        let mut event = self.core.event(caller, action, actor, None);
        event.target = Some(AuditTarget::named(TargetKind::Role, &name.as_str(), name.as_str()));
        event
    }

    /// Applies a committed change on this node.
    async fn changed(&self, name: &RoleName) -> Result<Role, RoleError> {
        self.permissions.reload().await?;
        self.poll_revocations().await;
        self.find(name).await
    }

    async fn poll_revocations(&self) {
        if let Err(error) = self.sessions.revocations().poll().await {
            // The revocations are in the database; the next poll finds them.
            tracing::warn!(cause = ?error, "can't read revocations now; the next poll will");
        }
    }
}

fn described(role: &NewRole) -> serde_json::Value {
    let mut permissions: Vec<_> = role.permissions.iter().map(ToString::to_string).collect();
    permissions.sort();
    json!({ "description": role.description, "permissions": permissions })
}
