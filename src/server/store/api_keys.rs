//! The table of API keys. Each is also a row of `sessions`, whose id it shares.

use super::{
    Db, NewMail, StoreError, audit,
    authority::Power,
    db::{Tx, execute, on_db, on_tx},
    outbox, roles,
    sessions::{self, MANY},
    sessions_of_user::EndedSession,
};
use crate::{
    model::{EndReason, Permission, SessionId, Timestamp, UserId},
    server::domain::{ApiKey, ApiKeyInUse, AuditEvent, AuditTarget, TargetKind},
};
use sqlx::FromRow;

/// An API key to create. The event has its owner and the time.
#[derive(Debug)]
pub struct NewApiKey {
    pub key: ApiKey,
    pub digest: String,
    /// The caller who creates it.
    pub network: String,
    pub agent: String,
    /// Searchable text of the user agent, in lower case.
    pub device_words: String,
    /// How many live keys the owner may have, including this one.
    pub at_most: i64,
    pub notice: NewMail,
    pub event: AuditEvent,
}

#[derive(FromRow)]
struct ApiKeyRow {
    session_id: SessionId,
    user_id: UserId,
    name: String,
    scopes: String,
    networks: String,
    created_at: Timestamp,
    ends_at: Timestamp,
    used_generation: i64,
    last_seen_at: Timestamp,
    network: String,
}

#[derive(FromRow)]
struct UsedRow {
    #[sqlx(flatten)]
    key: ApiKeyRow,
    token_version: i64,
    roles: Option<String>,
}

impl From<ApiKeyRow> for ApiKey {
    fn from(row: ApiKeyRow) -> Self {
        let is_used = row.used_generation != super::seen::NEVER_USED;
        Self {
            id: row.session_id,
            owner: row.user_id,
            name: row.name,
            scopes: permissions(&row.scopes),
            // Stored ranges were parsed before.
            networks: row.networks.split_whitespace().filter_map(|range| range.parse().ok()).collect(),
            created_at: row.created_at,
            expires_at: (row.ends_at < Timestamp::NEVER).then_some(row.ends_at),
            last_used: is_used.then_some((row.last_seen_at, row.network)),
        }
    }
}

macro_rules! rows {
    ($more:expr, $condition:literal) => {
        concat!(
            "SELECT session_id, api_keys.user_id, api_keys.name, scopes, networks, sessions.created_at, ends_at,
                    used_generation, last_seen_at, network",
            $more,
            " FROM api_keys
              JOIN sessions ON sessions.id = session_id
              JOIN users ON users.id = api_keys.user_id
              WHERE ended_at IS NULL AND ",
            $condition
        )
    };
}

impl Db {
    /// Creates an API key, with its event and the notice to its owner. `BeyondActor` if the actor lacks one of its scopes,
    /// `Taken` if the owner has too many keys.
    pub async fn insert_api_key(&self, new: NewApiKey) -> Result<(), StoreError> {
        let (actor, now) = (new.event.actor, new.event.at);
        self.write_as(actor, now, move |tx| {
            Box::pin(async move {
                Power::of(tx, actor, now).await?.check_all(&new.key.scopes)?;
                // On PostgreSQL, everything that ends or starts sessions of this user waits for this row.
                execute!(tx, "UPDATE users SET version = version WHERE id = $1", new.key.owner)?;
                require_room(tx, &new, now).await?;
                insert_session(tx, &new, now).await?;
                insert(tx, &new).await?;
                outbox::insert(tx, &new.notice, now).await?;
                audit::insert(tx, &new.event).await
            })
        })
        .await
    }

    /// Returns the live key with this digest, and what its owner may do now. `None` if the owner is banned, too.
    pub async fn find_api_key(&self, digest: &str, now: Timestamp) -> Result<Option<ApiKeyInUse>, StoreError> {
        let sql = rows!(
            concat!(", token_version, ", roles::joined_roles!(), " AS roles"),
            "digest = $1 AND idle_until > $2 AND (status = 'active' OR banned_until <= $2)"
        );
        let row: Option<UsedRow> =
            on_db!(self, |conn| sqlx::query_as(sql).bind(digest).bind(now).fetch_optional(conn))?;
        Ok(row.map(|UsedRow { key, token_version, roles }| ApiKeyInUse {
            key: key.into(),
            token_version,
            roles: roles::names_at(roles.as_deref(), now),
        }))
    }

    /// Returns the live keys of a user, oldest first.
    pub async fn api_keys_of(&self, owner: UserId, now: Timestamp) -> Result<Vec<ApiKey>, StoreError> {
        let sql = rows!("", "api_keys.user_id = $1 AND idle_until > $2 ORDER BY session_id");
        let rows: Vec<ApiKeyRow> = on_db!(self, |conn| sqlx::query_as(sql).bind(owner).bind(now).fetch_all(conn))?;
        Ok(rows.into_iter().map(ApiKey::from).collect())
    }

    /// Revokes a key of this owner. Returns `None` if there is no such live key.
    pub async fn revoke_api_key(
        &self,
        id: SessionId,
        owner: UserId,
        event: AuditEvent,
    ) -> Result<Option<EndedSession>, StoreError> {
        self.write_as(event.actor, event.at, move |tx| {
            Box::pin(async move {
                tx.lock(MANY).await?;
                let sql = "SELECT name FROM api_keys WHERE session_id = $1 AND user_id = $2";
                let name: Option<String> =
                    on_tx!(tx, |conn| sqlx::query_scalar(sql).bind(id).bind(owner).fetch_optional(conn))?;
                let Some(name) = name else { return Ok(None) };
                let event = event.about(AuditTarget::named(TargetKind::ApiKey, &id, &name));
                sessions::end(tx, id, Some(owner), EndReason::Revoked, &event).await
            })
        })
        .await
    }

    /// Returns the live keys that expire before `until`, were made for longer than `notice`, and whose owners don't know yet.
    pub async fn expiring_api_keys(&self, now: Timestamp, notice: i64, limit: i64) -> Result<Vec<ApiKey>, StoreError> {
        let sql = rows!(
            "",
            "warned_at IS NULL AND ends_at > $1 AND ends_at <= $1 + $2 AND ends_at - sessions.created_at > $2
             ORDER BY session_id LIMIT $3"
        );
        let rows: Vec<ApiKeyRow> =
            on_db!(self, |conn| sqlx::query_as(sql).bind(now).bind(notice).bind(limit).fetch_all(conn))?;
        Ok(rows.into_iter().map(ApiKey::from).collect())
    }

    /// Queues the mail that a key expires soon, once.
    pub async fn warn_of_api_key(&self, id: SessionId, notice: NewMail, now: Timestamp) -> Result<(), StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let sql = "UPDATE api_keys SET warned_at = $2 WHERE session_id = $1 AND warned_at IS NULL";
                if execute!(tx, sql, id, now)? == 1 {
                    outbox::insert(tx, &notice, now).await?;
                }
                Ok(())
            })
        })
        .await
    }
}

/// Returns the scopes of the key that this session is; `None` if it is another kind of session.
pub(super) async fn scopes_of(tx: &mut Tx, session: SessionId) -> Result<Option<Vec<Permission>>, StoreError> {
    let sql = "SELECT scopes FROM api_keys WHERE session_id = $1";
    let scopes: Option<String> = on_tx!(tx, |conn| sqlx::query_scalar(sql).bind(session).fetch_optional(conn))?;
    Ok(scopes.as_deref().map(permissions))
}

/// Parses stored scopes. One of a newer version grants nothing here.
fn permissions(joined: &str) -> Vec<Permission> {
    joined.split_whitespace().filter_map(|name| name.parse().ok()).collect()
}

fn joined<T: ToString>(values: &[T]) -> String {
    values.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

async fn require_room(tx: &mut Tx, new: &NewApiKey, now: Timestamp) -> Result<(), StoreError> {
    let sql = "
        SELECT count(*)
        FROM api_keys
        JOIN sessions ON sessions.id = session_id
        WHERE api_keys.user_id = $1 AND ended_at IS NULL AND idle_until > $2";
    let live: i64 = on_tx!(tx, |conn| sqlx::query_scalar(sql).bind(new.key.owner).bind(now).fetch_one(conn))?;
    if live < new.at_most { Ok(()) } else { Err(StoreError::Taken) }
}

/// The session of a key has no access tokens, so none is to be refused after it ends.
async fn insert_session(tx: &mut Tx, new: &NewApiKey, now: Timestamp) -> Result<(), StoreError> {
    let sql = "
        INSERT INTO sessions
          (id, user_id, kind, special_kind, created_at, authenticated_at, methods, network, agent, device, last_seen_at,
           idle_until, ends_at, access_until)
        VALUES ($1, $2, 'api', 'key', $3, $3, 'key', $4, $5, $6, $3, $7, $7, $3)";
    let NewApiKey { key, network, agent, device_words, .. } = new;
    let (network, agent, words) = (network.as_str(), agent.as_str(), device_words.as_str());
    let ends_at = key.expires_at.unwrap_or(Timestamp::NEVER);
    execute!(tx, sql, key.id, key.owner, now, network, agent, words, ends_at).map(drop)
}

async fn insert(tx: &mut Tx, NewApiKey { key, digest, .. }: &NewApiKey) -> Result<(), StoreError> {
    let sql = "
        INSERT INTO api_keys (session_id, user_id, name, digest, scopes, networks)
        VALUES ($1, $2, $3, $4, $5, $6)";
    let (scopes, networks) = (joined(&key.scopes), joined(&key.networks));
    execute!(tx, sql, key.id, key.owner, key.name.as_str(), digest.as_str(), scopes, networks).map(drop)
}
