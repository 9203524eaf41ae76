//! The table of users.

use super::{
    Db, StoreError, audit,
    authority::{Held, Power},
    db::{Tx, execute, on_db, on_tx},
    one_time_secrets::{self, Proof},
    roles, user_words,
};
use crate::{
    model::{ADMIN, DisplayName, Email, Identifier, RoleGrant, Status, Timestamp, User, UserId, Username},
    server::domain::{AuditEvent, SecretPurpose},
};

/// A user to create.
#[derive(Debug, Clone)]
pub struct NewUser {
    pub id: UserId,
    pub email: Email,
    pub is_verified: bool,
    pub username: Option<Username>,
    pub name: DisplayName,
    pub roles: Vec<String>,
    /// A PHC string, or an imported hash. Without one, the user can't sign in with a password.
    pub password_hash: Option<String>,
    pub created_at: Timestamp,
}

#[derive(sqlx::FromRow)]
pub(super) struct UserRow {
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
    last_sign_in_at: Option<Timestamp>,
    created_at: Timestamp,
    updated_at: Timestamp,
    roles: Option<String>,
    picture: Option<String>,
}

impl TryFrom<UserRow> for User {
    type Error = StoreError;

    fn try_from(row: UserRow) -> Result<Self, StoreError> {
        let damaged = |what: &str| StoreError::Failed(sqlx::Error::Decode(format!("user {}: {what}", row.id).into()));
        Ok(Self {
            id: row.id,
            email: Email::stored(&row.email).map_err(|_| damaged("email"))?,
            email_verified_at: row.email_verified_at,
            username: row.username.map(Username::stored),
            name: DisplayName::stored(row.name),
            status: row.status,
            banned_until: row.banned_until,
            ban_reason: row.ban_reason,
            token_version: row.token_version,
            version: row.version,
            roles: roles::split(row.roles.as_deref()),
            picture: row.picture,
            last_sign_in_at: row.last_sign_in_at,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

/// One statement, so that version and roles are from the same moment.
macro_rules! select_user {
    ($condition:literal) => {
        concat!(
            "
            SELECT id, email, email_verified_at, username, name, status, banned_until, ban_reason, token_version,
                   version, last_sign_in_at, created_at, updated_at, ",
            $crate::server::store::roles::joined_roles!(),
            " AS roles,
                   (SELECT version FROM pictures WHERE user_id = users.id) AS picture
            FROM users ",
            $condition
        )
    };
}

pub(super) use select_user;

impl Db {
    /// Returns the user with this id.
    pub async fn find_user(&self, id: UserId) -> Result<Option<User>, StoreError> {
        let sql = select_user!("WHERE id = $1");
        let row: Option<UserRow> = on_db!(self, |conn| sqlx::query_as(sql).bind(id).fetch_optional(conn))?;
        row.map(User::try_from).transpose()
    }

    /// Returns the user who signs in with this email address or username.
    pub async fn find_user_by_identifier(&self, identifier: &Identifier) -> Result<Option<User>, StoreError> {
        let sql = match identifier {
            Identifier::Email(_) => select_user!("WHERE email_normalized = $1"),
            Identifier::Username(_) => select_user!("WHERE username_normalized = $1"),
        };
        let key = storable(identifier.normalized());
        let row: Option<UserRow> = on_db!(self, |conn| sqlx::query_as(sql).bind(key).fetch_optional(conn))?;
        row.map(User::try_from).transpose()
    }

    /// Returns up to `limit` users after `after`, in order of creation.
    pub async fn list_users(&self, after: Option<UserId>, limit: i64) -> Result<Vec<User>, StoreError> {
        let sql = select_user!("WHERE id > $1 ORDER BY id LIMIT $2");
        let after = after.map(|id| id.to_string()).unwrap_or_default();
        let rows: Vec<UserRow> = on_db!(self, |conn| sqlx::query_as(sql).bind(after).bind(limit).fetch_all(conn))?;
        rows.into_iter().map(User::try_from).collect()
    }

    /// Returns whether any user exists.
    pub async fn has_user(&self) -> Result<bool, StoreError> {
        let first: Option<UserId> =
            on_db!(self, |conn| sqlx::query_scalar("SELECT id FROM users LIMIT 1").fetch_optional(conn))?;
        Ok(first.is_some())
    }

    /// Returns whether any user has the administrator's role, even if banned.
    pub async fn has_administrator(&self) -> Result<bool, StoreError> {
        let sql = "SELECT count(*) FROM user_roles WHERE role = $1";
        let count: i64 = on_db!(self, |conn| sqlx::query_scalar(sql).bind(ADMIN).fetch_one(conn))?;
        Ok(count > 0)
    }

    /// Creates a user. `BeyondActor` if a role grants a permission that the acting user lacks, or has only
    /// until a time.
    pub async fn insert_user(&self, user: NewUser, event: AuditEvent, now: Timestamp) -> Result<(), StoreError> {
        self.write_as(event.actor, now, move |tx| {
            Box::pin(async move {
                let power = Power::of(tx, event.actor, now).await?;
                insert(tx, &user, now).await?;
                power.check_given(tx, user.id, &Held::new()).await?;
                audit::insert(tx, &event).await
            })
        })
        .await
    }

    /// Creates the first administrator with the set-up secret of this digest. `Missing` if the secret is used,
    /// expired or unknown; `Forbidden` if an administrator exists.
    pub async fn insert_first_administrator(
        &self,
        user: NewUser,
        digest: String,
        event: AuditEvent,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let consumed = one_time_secrets::consume(tx, SecretPurpose::SetUp, &Proof::Token(digest), now).await?;
                consumed.ok_or(StoreError::Missing)?;
                if administrators(tx).await? > 0 {
                    return Err(StoreError::Forbidden);
                }
                insert(tx, &user, now).await?;
                audit::insert(tx, &event).await
            })
        })
        .await
    }
}

/// PostgreSQL can't store NUL in text, so a key that contains one is unknown.
fn storable(key: &str) -> &str {
    if key.contains('\0') { "" } else { key }
}

pub(super) async fn find(tx: &mut Tx, id: UserId) -> Result<User, StoreError> {
    let row: Option<UserRow> =
        on_tx!(tx, |conn| sqlx::query_as(select_user!("WHERE id = $1")).bind(id).fetch_optional(conn))?;
    row.ok_or(StoreError::Missing)?.try_into()
}

/// Returns a user whose row no one else changes until the transaction ends.
pub(super) async fn lock(tx: &mut Tx, id: UserId) -> Result<User, StoreError> {
    execute!(tx, "UPDATE users SET version = version WHERE id = $1", id)?;
    find(tx, id).await
}

pub(super) async fn insert(tx: &mut Tx, user: &NewUser, now: Timestamp) -> Result<(), StoreError> {
    let sql = "
        INSERT INTO users
          (id, email, email_normalized, email_verified_at, username, username_normalized, name, name_normalized,
           created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
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
        user.name.normalized(),
        user.created_at,
        now,
    )?;
    user_words::replace(tx, user.id).await?;
    if let Some(hash) = &user.password_hash {
        let sql = "INSERT INTO passwords (user_id, hash, changed_at) VALUES ($1, $2, $3)";
        execute!(tx, sql, user.id, hash.as_str(), now)?;
    }
    let roles: Vec<_> = user.roles.iter().map(RoleGrant::from).collect();
    roles::grant(tx, user.id, &roles).await
}

async fn administrators(tx: &mut Tx) -> Result<i64, StoreError> {
    let sql = "SELECT count(*) FROM user_roles WHERE role = $1";
    on_tx!(tx, |conn| sqlx::query_scalar(sql).bind(ADMIN).fetch_one(conn))
}
