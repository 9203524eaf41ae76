//! Extractors: where a request comes from, its user, and the permission it needs.

use super::{problem::Problem, state::AppState};
use crate::{
    model::{Permission, SessionKind},
    server::{
        context::Identity,
        domain::Actor,
        services::{Authenticated, Caller},
    },
};
use axum::{extract::FromRequestParts, http::request::Parts};
use std::marker::PhantomData;

/// The signed-in user, in person or by an API key. Rejects other requests with the reason.
pub struct SignedInOrKey(pub Authenticated);

impl FromRequestParts<AppState> for SignedInOrKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Problem> {
        match parts.extensions.get::<Identity>() {
            Some(Identity::Known(who)) => Ok(Self(who.clone())),
            Some(Identity::Refused(error)) => Err(Problem::Token(*error)),
            Some(Identity::Anonymous) | None => Err(Problem::AuthenticationRequired),
        }
    }
}

/// The user who has signed in. An API key is not enough: no scope stands for a user's own account.
pub struct SignedIn(pub Authenticated);

impl FromRequestParts<AppState> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let SignedInOrKey(who) = SignedInOrKey::from_request_parts(parts, state).await?;
        if who.kind == SessionKind::Key { Err(Problem::Forbidden) } else { Ok(Self(who)) }
    }
}

/// A permission as a type, for [`RequirePermission`].
pub trait Granted {
    const PERMISSION: Permission;
}

macro_rules! permissions {
    ($($name:ident),+) => { $(
        #[doc = concat!("[`Permission::", stringify!($name), "`] as a type.")]
        pub enum $name {}

        impl Granted for $name {
            const PERMISSION: Permission = Permission::$name;
        }
    )+ };
}

permissions!(AuditRead, RolesRead, RolesWrite, SessionsRead, SessionsRevoke, UsersRead, UsersWrite);

/// The signed-in user, whose roles grant the permission `P`, or an API key of theirs with this scope. Handlers extract it before anything that can be wrong
/// with the request, because only users with the permission learn that.
pub struct RequirePermission<P> {
    user: Authenticated,
    permission: PhantomData<fn() -> P>,
}

impl<P: Granted> FromRequestParts<AppState> for RequirePermission<P> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let SignedInOrKey(user) = SignedInOrKey::from_request_parts(parts, state).await?;
        let required = Self { user, permission: PhantomData };
        if required.is_granted(state) { Ok(required) } else { Err(Problem::Forbidden) }
    }
}

impl<P: Granted> RequirePermission<P> {
    /// Returns the signed-in user.
    pub fn user(&self) -> &Authenticated {
        &self.user
    }

    /// Returns the actor for audit events of this request.
    pub fn actor(&self) -> Actor {
        self.user.actor()
    }

    /// Returns all permissions of the user.
    pub fn permissions(&self, state: &AppState) -> Vec<Permission> {
        state.services.permissions.held_by(&self.user)
    }

    /// Returns whether a long-running request may continue: the token is still valid and still grants the permission.
    pub fn still_holds(&self, state: &AppState) -> bool {
        let sessions = &state.services.sessions;
        let is_valid = sessions.revocations().is_fresh() && sessions.check_again(&self.user.claims).is_ok();
        is_valid && self.is_granted(state)
    }

    fn is_granted(&self, state: &AppState) -> bool {
        state.services.permissions.allow(&self.user, P::PERMISSION)
    }
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or(Problem::Internal)
    }
}
