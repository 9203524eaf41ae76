//! The table of users.

use super::{
    AuditEvent, Db, StoreError, audit,
    db::{Tx, execute, on_db, on_tx},
    one_time_secrets, revocations, roles,
    sessions_of_user::{self, EndedSession},
};
use crate::model::{ADMIN, DisplayName, Email, EndReason, Identifier, Status, Timestamp, User, UserId, Username};

/// A user to be made.
#[derive(Debug, Clone)]
pub struct NewUser {
    pub id: UserId,
    pub email: Email,
    pub is_verified: bool,
    pub username: Option<Username>,
    pub name: DisplayName,
    pub roles: Vec<String>,
    /// A PHC string, or what was imported; none cannot sign in with a password.
    pub password_hash: Option<String>,
    pub created_at: Timestamp,
}

/// One change to a user. Those that take power away also raise the token version.
#[derive(Debug, Clone)]
pub enum UserChange {
    Name(DisplayName),
    Verified,
    /// Ends every session.
    Ban {
        until: Option<Timestamp>,
        reason: Option<String>,
    },
    Unban,
    Roles(Vec<String>),
    /// Ends every session.
    PasswordHash(String),
    /// Ends every session: signed out everywhere.
    SignOutEverywhere,
    Delete,
}

#[derive(sqlx::FromRow)]
struct UserRow {
    id: UserId,
    email: String,
    email_verified_at: Option<Timestamp>,
    username: Option<String>,
    name: String,
    status: Status,
    banned_until: Option<Timestamp>,
    ban_reason: Option<String>,
    token_version: i64,
    version: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
    roles: Option<String>,
}

impl TryFrom<UserRow> for User {
    type Error = StoreError;

    fn try_from(row: UserRow) -> Result<Self, StoreError> {
        let damaged = |what: &str| StoreError::Failed(sqlx::Error::Decode(format!("user {}: {what}", row.id).into()));
        Ok(Self {
            id: row.id,
            email: Email::parse(&row.email).map_err(|_| damaged("email"))?,
            email_verified_at: row.email_verified_at,
            username: row.username.as_deref().map(Username::parse).transpose().map_err(|_| damaged("username"))?,
            name: DisplayName::parse(&row.name).map_err(|_| damaged("name"))?,
            status: row.status,
            banned_until: row.banned_until,
            ban_reason: row.ban_reason,
            token_version: row.token_version,
            version: row.version,
            roles: roles::split(row.roles.as_deref()),
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

/// One statement, so that version and roles are of one moment.
macro_rules! select_user {
    ($condition:literal) => {
        concat!(
            "
            SELECT id, email, email_verified_at, username, name, status, banned_until, ban_reason, token_version,
                   version, created_at, updated_at,
                   (SELECT string_agg(role, ',') FROM user_roles WHERE user_id = users.id) AS roles
            FROM users ",
            $condition
        )
    };
}

impl Db {
    /// The user with this id.
    pub async fn find_user(&self, id: UserId) -> Result<Option<User>, StoreError> {
        let sql = select_user!("WHERE id = $1");
        let row: Option<UserRow> = on_db!(self, |conn| sqlx::query_as(sql).bind(id).fetch_optional(conn))?;
        row.map(User::try_from).transpose()
    }

    /// The user who signs in with this email address or username.
    pub async fn find_user_by_identifier(&self, identifier: &Identifier) -> Result<Option<User>, StoreError> {
        let sql = match identifier {
            Identifier::Email(_) => select_user!("WHERE email_normalized = $1"),
            Identifier::Username(_) => select_user!("WHERE username_normalized = $1"),
        };
        let key = storable(identifier.normalized());
        let row: Option<UserRow> = on_db!(self, |conn| sqlx::query_as(sql).bind(key).fetch_optional(conn))?;
        row.map(User::try_from).transpose()
    }

    /// Up to `limit` users after `after`, in order of their making.
    pub async fn list_users(&self, after: Option<UserId>, limit: i64) -> Result<Vec<User>, StoreError> {
        let sql = select_user!("WHERE id > $1 ORDER BY id LIMIT $2");
        let after = after.map(|id| id.to_string()).unwrap_or_default();
        let rows: Vec<UserRow> = on_db!(self, |conn| sqlx::query_as(sql).bind(after).bind(limit).fetch_all(conn))?;
        rows.into_iter().map(User::try_from).collect()
    }

    /// Whether there is somebody who may do everything.
    pub async fn has_administrator(&self) -> Result<bool, StoreError> {
        let sql = "SELECT count(*) FROM user_roles WHERE role = $1";
        let count: i64 = on_db!(self, |conn| sqlx::query_scalar(sql).bind(ADMIN).fetch_one(conn))?;
        Ok(count > 0)
    }

    /// Makes a user.
    pub async fn insert_user(&self, user: NewUser, event: AuditEvent, now: Timestamp) -> Result<(), StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                insert(tx, &user, now).await?;
                audit::insert(tx, &event).await
            })
        })
        .await
    }

    /// Makes the first administrator with the set-up secret of this digest. `Missing` if the secret
    /// is used, expired or unknown; `Forbidden` if there is an administrator.
    pub async fn insert_first_administrator(
        &self,
        user: NewUser,
        digest: String,
        event: AuditEvent,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                one_time_secrets::consume(tx, &digest, now).await?;
                if administrators(tx).await? > 0 {
                    return Err(StoreError::Forbidden);
                }
                insert(tx, &user, now).await?;
                audit::insert(tx, &event).await
            })
        })
        .await
    }

    /// Changes a user, with all that follows from it, in one piece. Answers the user as it is now
    /// (as it was, if deleted) and the sessions that ended.
    ///
    /// `longest` is the longest life of an access token by today's settings.
    pub async fn change_user(
        &self,
        id: UserId,
        change: UserChange,
        event: AuditEvent,
        longest: std::time::Duration,
        now: Timestamp,
    ) -> Result<(User, Vec<EndedSession>), StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let ended = apply(tx, id, &change, &event, longest, now).await?;
                let user = find(tx, id).await?;
                audit::insert(tx, &event).await?;
                if matches!(change, UserChange::Delete) {
                    execute!(tx, "DELETE FROM users WHERE id = $1", id)?;
                }
                Ok((user, ended))
            })
        })
        .await
    }
}

/// PostgreSQL's text holds no NUL, so nothing with one in it can be stored: it is unknown.
fn storable(key: &str) -> &str {
    if key.contains('\0') { "" } else { key }
}

async fn find(tx: &mut Tx, id: UserId) -> Result<User, StoreError> {
    let row: Option<UserRow> =
        on_tx!(tx, |conn| sqlx::query_as(select_user!("WHERE id = $1")).bind(id).fetch_optional(conn))?;
    row.ok_or(StoreError::Missing)?.try_into()
}

pub(super) async fn insert(tx: &mut Tx, user: &NewUser, now: Timestamp) -> Result<(), StoreError> {
    let sql = "
        INSERT INTO users
          (id, email, email_normalized, email_verified_at, username, username_normalized, name, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    execute!(
        tx,
        sql,
        user.id,
        user.email.as_str(),
        user.email.normalized(),
        user.is_verified.then_some(now),
        user.username.as_ref().map(Username::as_str),
        user.username.as_ref().map(Username::normalized),
        user.name.as_str(),
        user.created_at,
        now,
    )?;
    if let Some(hash) = &user.password_hash {
        let sql = "INSERT INTO passwords (user_id, hash, changed_at) VALUES ($1, $2, $3)";
        execute!(tx, sql, user.id, hash.as_str(), now)?;
    }
    roles::grant(tx, user.id, &user.roles).await
}

/// What each change does. The row of the user is written first, always: on PostgreSQL that lock is
/// what makes changes, sign-ins and each other wait.
async fn apply(
    tx: &mut Tx,
    id: UserId,
    change: &UserChange,
    event: &AuditEvent,
    longest: std::time::Duration,
    now: Timestamp,
) -> Result<Vec<EndedSession>, StoreError> {
    let sql = "
        UPDATE users
        SET version = version + 1, token_version = token_version + $2, updated_at = $3
        WHERE id = $1";
    let raise = i64::from(change.takes_power());
    if execute!(tx, sql, id, raise, now)? == 0 {
        return Err(StoreError::Missing);
    }
    if change.may_remove_an_administrator() && is_last_administrator(tx, id, now).await? {
        return Err(StoreError::Forbidden);
    }
    match change {
        UserChange::Name(name) => execute!(tx, "UPDATE users SET name = $2 WHERE id = $1", id, name.as_str())?,
        UserChange::Verified => {
            let sql = "UPDATE users SET email_verified_at = COALESCE(email_verified_at, $2) WHERE id = $1";
            execute!(tx, sql, id, now)?
        }
        UserChange::Ban { until, reason } => {
            let sql = "UPDATE users SET status = 'banned', banned_until = $2, ban_reason = $3 WHERE id = $1";
            execute!(tx, sql, id, *until, reason.as_deref())?
        }
        UserChange::Unban => {
            let sql = "UPDATE users SET status = 'active', banned_until = NULL, ban_reason = NULL WHERE id = $1";
            execute!(tx, sql, id)?
        }
        UserChange::Roles(names) => {
            roles::replace(tx, id, names).await?;
            0
        }
        UserChange::PasswordHash(hash) => {
            let sql = "
                INSERT INTO passwords (user_id, hash, changed_at) VALUES ($1, $2, $3)
                ON CONFLICT (user_id) DO UPDATE
                SET hash = excluded.hash, epoch = passwords.epoch + 1, changed_at = excluded.changed_at";
            execute!(tx, sql, id, hash.as_str(), now)?
        }
        UserChange::SignOutEverywhere | UserChange::Delete => 0,
    };
    let ended = match change.ends_sessions() {
        Some(reason) => sessions_of_user::end_all(tx, id, reason, event.actor.name(), now).await?,
        None => Vec::new(),
    };
    if change.takes_power() {
        revocations::insert_user(tx, id, matches!(change, UserChange::Delete), longest, now).await?;
    }
    Ok(ended)
}

async fn administrators(tx: &mut Tx) -> Result<i64, StoreError> {
    let sql = "SELECT count(*) FROM user_roles WHERE role = $1";
    on_tx!(tx, |conn| sqlx::query_scalar(sql).bind(ADMIN).fetch_one(conn))
}

/// Whether nobody else could do everything without this user. Two that demote each other at once
/// both write the role's row, so that on PostgreSQL one waits for the other.
async fn is_last_administrator(tx: &mut Tx, id: UserId, now: Timestamp) -> Result<bool, StoreError> {
    execute!(tx, "UPDATE roles SET description = description WHERE name = $1", ADMIN)?;
    let sql = "
        SELECT count(*) FILTER (WHERE users.id = $2),
               count(*) FILTER (WHERE users.id <> $2 AND (users.status = 'active' OR users.banned_until <= $3))
        FROM users
        JOIN user_roles ON user_roles.user_id = users.id AND user_roles.role = $1";
    let (this, others): (i64, i64) =
        on_tx!(tx, |conn| sqlx::query_as(sql).bind(ADMIN).bind(id).bind(now).fetch_one(conn))?;
    Ok(this > 0 && others == 0)
}

impl UserChange {
    /// Whether tokens made before this change are stale.
    fn takes_power(&self) -> bool {
        !matches!(self, Self::Name(_) | Self::Verified | Self::Unban)
    }

    fn may_remove_an_administrator(&self) -> bool {
        match self {
            Self::Roles(names) => !names.iter().any(|name| name == ADMIN),
            Self::Ban { .. } | Self::Delete => true,
            _ => false,
        }
    }

    fn ends_sessions(&self) -> Option<EndReason> {
        match self {
            Self::Ban { .. } => Some(EndReason::Banned),
            Self::PasswordHash(_) => Some(EndReason::PasswordChanged),
            Self::SignOutEverywhere => Some(EndReason::SignedOut),
            Self::Delete => Some(EndReason::Revoked),
            _ => None,
        }
    }
}
