//! What a signed-in actor may do at the moment of a write: since the request arrived, the session may have ended
//! or the user may have lost roles.

use super::{
    Db, StoreError, api_keys,
    db::{Tx, Written, on_db, on_tx},
    roles,
};
use crate::{
    model::{SessionId, Timestamp, UserId},
    server::domain::{ActingSession, Actor, BulkJob, RoleName},
};
use std::collections::HashMap;

/// What the user of a live session may do.
#[derive(Debug, Clone)]
pub struct Authority {
    pub token_version: i64,
    pub roles: Vec<String>,
}

impl Db {
    /// Writes like [`Db::write`], after checking in the same transaction that the actor's session is alive and
    /// its token version unchanged; `Revoked` otherwise. Other actors need no session.
    pub(super) async fn write_as<T, F>(&self, actor: Actor, now: Timestamp, operation: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'a> FnOnce(&'a mut Tx) -> Written<'a, T> + Send + 'static,
    {
        self.write(move |tx| {
            Box::pin(async move {
                if let Actor::SignedIn(acting) = actor {
                    require(tx, acting, now).await?;
                }
                operation(tx).await
            })
        })
        .await
    }

    /// Returns what the user of a session may do at `now`; `None` if the session is over or the user banned.
    pub async fn find_authority(&self, session: SessionId, now: Timestamp) -> Result<Option<Authority>, StoreError> {
        // One statement, so that version and roles are from the same moment.
        let sql = concat!(
            "
            SELECT users.token_version, ",
            roles::joined_roles!(),
            "
            FROM sessions
            JOIN users ON users.id = sessions.user_id
            WHERE sessions.id = $1 AND ended_at IS NULL AND idle_until > $2
              AND (status = 'active' OR banned_until <= $2)"
        );
        let row: Option<(i64, Option<String>)> =
            on_db!(self, |conn| sqlx::query_as(sql).bind(session).bind(now).fetch_optional(conn))?;
        Ok(row
            .map(|(token_version, joined)| Authority { token_version, roles: roles::names_at(joined.as_deref(), now) }))
    }
}

/// The permissions of a user by name, each with the time when the last role that grants it ends; `None` if one of them
/// was given for good.
pub(super) type Held = HashMap<String, Option<Timestamp>>;

/// The permissions with which a user changes another one: those of the user, or of the API key they use. No one may change a user who has a permission that they lack,
/// nor give one, nor give one for longer than they have it.
pub(super) struct Power {
    /// `None` for actors without a session, who have no limits.
    held: Option<Held>,
    now: Timestamp,
}

impl Power {
    /// Reads what the actor may do before the change.
    pub(super) async fn of(tx: &mut Tx, actor: Actor, now: Timestamp) -> Result<Self, StoreError> {
        let held = match actor {
            Actor::SignedIn(acting) => Some(held_in(tx, acting.session, acting.user, now).await?),
            Actor::User(_) | Actor::Cli | Actor::System | Actor::Anonymous => None,
        };
        Ok(Self { held, now })
    }

    /// Reads what the maker of a job may do now. `Revoked` if they may no longer do this: they were banned or deleted,
    /// have lost the permission, or the session in which they started the job was revoked.
    pub(super) async fn of_maker(tx: &mut Tx, job: &BulkJob, now: Timestamp) -> Result<Self, StoreError> {
        let sql = "
            SELECT count(*)
            FROM users
            WHERE id = $1 AND (status = 'active' OR banned_until <= $2)
              AND NOT EXISTS (
                SELECT 1 FROM sessions
                WHERE id = $3 AND end_reason NOT IN ('signed_out', 'idle', 'expired', 'surplus'))";
        let found: i64 =
            on_tx!(tx, |conn| sqlx::query_scalar(sql).bind(job.maker).bind(now).bind(job.session).fetch_one(conn))?;
        let held = held_in(tx, job.session, job.maker, now).await?;
        let needed = job.work.permission().to_string();
        if found == 1 && held.contains_key(&needed) {
            Ok(Self { held: Some(held), now })
        } else {
            Err(StoreError::Revoked)
        }
    }

    /// Returns what the user has before a change, or `BeyondActor` if that includes a permission that the actor lacks.
    pub(super) async fn check(&self, tx: &mut Tx, user: UserId) -> Result<Held, StoreError> {
        let Some(held) = &self.held else { return Ok(Held::new()) };
        let before = permissions_of(tx, user, self.now).await?;
        if before.keys().all(|permission| held.contains_key(permission)) {
            Ok(before)
        } else {
            Err(StoreError::BeyondActor)
        }
    }

    /// Returns `BeyondActor` if the user, who had the permissions `before`, now has one that the actor lacks, or has
    /// one for longer than the actor.
    pub(super) async fn check_given(&self, tx: &mut Tx, user: UserId, before: &Held) -> Result<(), StoreError> {
        let Some(held) = &self.held else { return Ok(()) };
        let covers = |by: &Held, permission: &String, until: Option<Timestamp>| {
            by.get(permission).is_some_and(|end| end.is_none_or(|end| until.is_some_and(|until| until <= end)))
        };
        let after = permissions_of(tx, user, self.now).await?;
        let mut each = after.iter();
        let is_within =
            each.all(|(permission, until)| covers(held, permission, *until) || covers(before, permission, *until));
        if is_within { Ok(()) } else { Err(StoreError::BeyondActor) }
    }

    /// Returns `BeyondActor` if a user who has the role has a permission that the actor lacks.
    pub(super) async fn check_holders(&self, tx: &mut Tx, role: &RoleName) -> Result<(), StoreError> {
        let Some(held) = &self.held else { return Ok(()) };
        let sql = "
            SELECT DISTINCT permission
            FROM user_roles holders
            JOIN user_roles others ON others.user_id = holders.user_id
            JOIN role_permissions ON role_permissions.role = others.role
            WHERE holders.role = $1 AND (others.until IS NULL OR others.until > $2)";
        let permissions: Vec<String> =
            on_tx!(tx, |conn| sqlx::query_scalar(sql).bind(role.as_str()).bind(self.now).fetch_all(conn))?;
        if permissions.iter().all(|permission| held.contains_key(permission)) {
            Ok(())
        } else {
            Err(StoreError::BeyondActor)
        }
    }

    /// Returns `BeyondActor` if one of these permissions is not the actor's, or only until a time.
    pub(super) fn check_for_good(&self, permissions: &[String]) -> Result<(), StoreError> {
        let Some(held) = &self.held else { return Ok(()) };
        let is_held = permissions.iter().all(|permission| held.get(permission).is_some_and(Option::is_none));
        if is_held { Ok(()) } else { Err(StoreError::BeyondActor) }
    }

    /// Returns `BeyondActor` if one of these permissions is not the actor's.
    pub(super) fn check_all<P: ToString>(&self, permissions: &[P]) -> Result<(), StoreError> {
        let Some(held) = &self.held else { return Ok(()) };
        let is_held = permissions.iter().all(|permission| held.contains_key(&permission.to_string()));
        if is_held { Ok(()) } else { Err(StoreError::BeyondActor) }
    }
}

/// Returns what a user may do in this session: if it is an API key, within its scopes.
async fn held_in(tx: &mut Tx, session: SessionId, user: UserId, now: Timestamp) -> Result<Held, StoreError> {
    let mut held = permissions_of(tx, user, now).await?;
    if let Some(scopes) = api_keys::scopes_of(tx, session).await? {
        held.retain(|permission, _| scopes.iter().any(|scope| scope.to_string() == *permission));
    }
    Ok(held)
}

async fn permissions_of(tx: &mut Tx, user: UserId, now: Timestamp) -> Result<Held, StoreError> {
    let sql = "
        SELECT permission, CASE WHEN count(*) = count(until) THEN max(until) END
        FROM user_roles
        JOIN role_permissions ON role_permissions.role = user_roles.role
        WHERE user_id = $1 AND (until IS NULL OR until > $2)
        GROUP BY permission";
    let held: Vec<(String, Option<Timestamp>)> =
        on_tx!(tx, |conn| sqlx::query_as(sql).bind(user).bind(now).fetch_all(conn))?;
    Ok(held.into_iter().collect())
}

async fn require(tx: &mut Tx, acting: ActingSession, now: Timestamp) -> Result<(), StoreError> {
    let sql = "
        SELECT count(*)
        FROM sessions
        JOIN users ON users.id = sessions.user_id
        WHERE sessions.id = $1 AND users.id = $2 AND token_version = $3 AND ended_at IS NULL AND idle_until > $4";
    let found: i64 = on_tx!(tx, |conn| sqlx::query_scalar(sql)
        .bind(acting.session)
        .bind(acting.user)
        .bind(acting.token_version)
        .bind(now)
        .fetch_one(conn))?;
    if found == 1 { Ok(()) } else { Err(StoreError::Revoked) }
}
