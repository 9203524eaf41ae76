//! API keys: creates, checks, lists and revokes them.

use super::{
    Authenticated, Caller, Core, MailTemplate, ServiceError, UserService, devices, links::digest, to_the_end,
    tokens::Claims,
};
use crate::{
    model::{ApiKeyLine, Page, Permission, SessionId, SessionKind, Timestamp, User, UserId},
    server::{
        domain::{ApiKey, ApiKeyInUse, AuditAction, AuditEvent, AuditTarget, SessionChange, TargetKind, parse_range},
        randomness::Randomness,
        store::{NewApiKey, StoreError},
    },
};
use ipnet::IpNet;
use serde_json::json;
use std::time::Duration;

/// What every key begins with, so that scanners for leaked secrets find it.
pub const PREFIX: &str = "clv_";
/// How many live keys a user may have.
const AT_MOST: i64 = 50;
/// How many address ranges a key may have.
const RANGES: usize = 20;
const NAME_LENGTH: usize = 60;
/// How long before a key expires its owner gets an email.
const NOTICE: Duration = Duration::from_hours(7 * 24);
/// How many owners get that email in one run.
const PIECE: i64 = 100;

/// Manages API keys.
#[derive(Clone)]
pub struct ApiKeyService {
    users: UserService,
}

/// What a user asks of a new key.
#[derive(Debug)]
pub struct ApiKeyOrder {
    pub name: String,
    pub scopes: Vec<String>,
    /// `None` for a key that never expires.
    pub expires_at: Option<Timestamp>,
    /// Addresses, and ranges in CIDR notation.
    pub networks: Vec<String>,
}

/// Why no key was created.
#[derive(Debug, thiserror::Error)]
pub enum ApiKeyError {
    #[error("Enter a name of at most 60 characters, on one line")]
    Name,
    #[error("Unknown scope")]
    UnknownScope,
    #[error("Must be in the future")]
    Past,
    #[error("Use at most 20 addresses or ranges such as 198.51.100.0/24 and 2001:db8::/48")]
    Networks,
    #[error("You have 50 API keys: revoke one first")]
    TooMany,
    /// The owner lacks one of the scopes.
    #[error("Forbidden")]
    BeyondOwner,
    #[error("Fresh sign-in required")]
    NotFresh,
    #[error(transparent)]
    Service(#[from] ServiceError),
}

impl From<StoreError> for ApiKeyError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Taken => Self::TooMany,
            StoreError::BeyondActor => Self::BeyondOwner,
            other => Self::Service(other.into()),
        }
    }
}

/// Why a key is not accepted.
#[derive(Debug)]
pub enum KeyRejection {
    /// It is unknown, malformed, expired or revoked, or its owner is banned.
    Invalid,
    /// It is good, but not from here.
    OtherNetwork(Box<Authenticated>),
    Service(ServiceError),
}

impl ApiKeyService {
    pub(super) fn new(users: UserService) -> Self {
        Self { users }
    }

    /// Returns the live keys of a user, oldest first.
    pub async fn list(&self, owner: UserId) -> Result<Vec<ApiKey>, ServiceError> {
        Ok(self.users.core().db.api_keys_of(owner, self.users.core().now()).await?)
    }

    /// Returns the live keys of a user as pages show them, oldest first.
    pub async fn lines(&self, owner: UserId) -> Result<Vec<ApiKeyLine>, ServiceError> {
        let line = |key: ApiKey| ApiKeyLine {
            id: key.id.to_string(),
            networks: names(&key.networks),
            name: key.name,
            scopes: key.scopes,
            created_at: key.created_at,
            expires_at: key.expires_at,
            last_used: key.last_used,
        };
        Ok(self.list(owner).await?.into_iter().map(line).collect())
    }

    /// Creates a key and tells its owner by mail. Returns it with its secret, which is shown once and not kept.
    pub async fn create(
        &self,
        order: ApiKeyOrder,
        who: &Authenticated,
        caller: &Caller,
    ) -> Result<(ApiKey, String), ApiKeyError> {
        let (core, sessions) = (self.users.core(), self.users.sessions().clone());
        if !sessions.is_fresh(who.claims.session).await? {
            return Err(ApiKeyError::NotFresh);
        }
        let now = core.now();
        let key = order.parse(core.randomness.session_id(now), who.claims.user, now)?;
        let owner = self.users.find(key.owner).await?.ok_or(ServiceError::Revoked)?;
        let secret = secret(&core.randomness);
        let event = core.event(caller, AuditAction::ApiKeyCreated, who.actor(), Some(key.owner));
        let new = new(core, &owner, key.clone(), &secret, event, caller);
        let (db, id, owner) = (core.db.clone(), key.id, key.owner);
        let inserted = to_the_end(async move {
            let inserted = db.insert_api_key(new).await;
            if inserted.is_ok() {
                sessions.publish(id, owner, SessionChange::Started);
            }
            Ok(inserted)
        });
        inserted.await??;
        Ok((key, secret))
    }

    /// Revokes one of the user's own keys. Returns whether there was such a live key.
    pub async fn revoke(&self, id: SessionId, who: &Authenticated, caller: &Caller) -> Result<bool, ServiceError> {
        let (users, owner) = (self.users.clone(), who.claims.user);
        let event = users.core().event(caller, AuditAction::ApiKeyRevoked, who.actor(), Some(owner));
        to_the_end(async move {
            let ended = users.core().db.revoke_api_key(id, owner, event).await?;
            users.sessions().ended(ended.as_slice());
            Ok(ended.is_some())
        })
        .await
    }

    /// Checks a key and reads what its owner may do at this moment. Records that it was used.
    pub async fn check(&self, secret: &str, caller: &Caller) -> Result<Authenticated, KeyRejection> {
        if !is_well_formed(secret) {
            return Err(KeyRejection::Invalid);
        }
        let now = self.users.core().now();
        let found = self.users.core().db.find_api_key(&digest(secret), now).await;
        let found = found.map_err(|error| KeyRejection::Service(error.into()))?.ok_or(KeyRejection::Invalid)?;
        let is_admitted = found.key.admits(&caller.network);
        let who = authenticated(found, now);
        if !is_admitted {
            return Err(KeyRejection::OtherNetwork(Box::new(who)));
        }
        self.users.sessions().last_seen().record_use(who.claims.session, who.claims.generation, caller, now);
        Ok(who)
    }

    /// Emails owners whose keys expire soon.
    pub async fn warn(&self) -> Result<(), ServiceError> {
        let (core, now) = (self.users.core(), self.users.core().now());
        let notice = i64::try_from(NOTICE.as_millis()).unwrap_or(i64::MAX);
        for key in core.db.expiring_api_keys(now, notice, PIECE).await? {
            let Some((owner, expires_at)) = self.users.find(key.owner).await?.zip(key.expires_at) else { continue };
            let keys = core.links.page(Page::ApiKeys);
            let template = MailTemplate::ApiKeyExpires { name: key.name, at: expires_at, keys };
            core.db.warn_of_api_key(key.id, core.mail.notice(&owner.email, &template), now).await?;
        }
        Ok(())
    }
}

/// Returns what is stored of a key and written with it.
fn new(core: &Core, owner: &User, key: ApiKey, secret: &str, event: AuditEvent, caller: &Caller) -> NewApiKey {
    let network = caller.network.to_string();
    let keys = core.links.page(Page::ApiKeys);
    let template = MailTemplate::ApiKeyCreated { name: key.name.clone(), network: network.clone(), keys };
    let details = json!({ "new": {
        "scopes": names(&key.scopes),
        "networks": names(&key.networks),
        "expiresAt": key.expires_at.map(|at| at.to_string()),
    } });
    NewApiKey {
        digest: digest(secret),
        network,
        agent: caller.agent.clone(),
        device_words: devices::normalized(&caller.agent),
        at_most: AT_MOST,
        notice: core.mail.notice(&owner.email, &template),
        event: AuditEvent { details, ..event.about(AuditTarget::named(TargetKind::ApiKey, &key.id, &key.name)) },
        key,
    }
}

/// The claims that an access token of the key's session would have. A stream that was opened with a key lasts a day at most.
fn authenticated(ApiKeyInUse { key, token_version, roles }: ApiKeyInUse, now: Timestamp) -> Authenticated {
    let tomorrow = now + Duration::from_hours(24);
    let claims = Claims {
        user: key.owner,
        session: key.id,
        generation: 0,
        version: token_version,
        roles,
        issued_at: now,
        expires_at: key.expires_at.map_or(tomorrow, |end| end.min(tomorrow)),
    };
    Authenticated { claims, kind: SessionKind::Key, scopes: Some(key.scopes) }
}

impl ApiKeyOrder {
    fn parse(self, id: SessionId, owner: UserId, now: Timestamp) -> Result<ApiKey, ApiKeyError> {
        let name = self.name.trim().to_owned();
        if name.is_empty() || name.chars().count() > NAME_LENGTH || name.chars().any(char::is_control) {
            return Err(ApiKeyError::Name);
        }
        let mut scopes: Vec<Permission> = Vec::new();
        for scope in &self.scopes {
            let scope = scope.parse().map_err(|_| ApiKeyError::UnknownScope)?;
            if !scopes.contains(&scope) {
                scopes.push(scope);
            }
        }
        if self.expires_at.is_some_and(|at| at <= now) {
            return Err(ApiKeyError::Past);
        }
        let networks: Option<Vec<IpNet>> = self.networks.iter().map(|text| parse_range(text.trim())).collect();
        let networks = networks.filter(|ranges| ranges.len() <= RANGES).ok_or(ApiKeyError::Networks)?;
        Ok(ApiKey { id, owner, name, scopes, networks, created_at: now, expires_at: self.expires_at, last_used: None })
    }
}

/// Returns a new secret: 256 random bits and their CRC-32, by which scanners tell a key from other text.
fn secret(randomness: &Randomness) -> String {
    let random = randomness.bytes::<32>();
    let mut bytes = random.to_vec();
    bytes.extend(crc32fast::hash(&random).to_be_bytes());
    format!("{PREFIX}{}", bs58::encode(bytes).into_string())
}

/// Returns whether a text can be a key, without a query.
fn is_well_formed(text: &str) -> bool {
    let decoded = text.strip_prefix(PREFIX).filter(|rest| rest.len() <= 60).map(|rest| bs58::decode(rest).into_vec());
    let Some(Ok(bytes)) = decoded else { return false };
    bytes
        .split_last_chunk::<4>()
        .is_some_and(|(random, sum)| random.len() == 32 && crc32fast::hash(random).to_be_bytes() == *sum)
}

fn names<T: ToString>(values: &[T]) -> Vec<String> {
    values.iter().map(ToString::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_a_prefix_and_a_checksum_that_finds_each_wrong_letter() {
        let key = secret(&Randomness::seeded(1));
        assert!(key.starts_with("clv_") && key[4..].chars().all(|c| c.is_ascii_alphanumeric()), "{key}");
        assert!(is_well_formed(&key));
        for at in 4..key.len() {
            let other = if &key[at..=at] == "2" { "3" } else { "2" };
            let wrong = format!("{}{other}{}", &key[..at], &key[at + 1..]);
            assert!(!is_well_formed(&wrong), "{wrong}");
        }
        for wrong in ["", "clv_", "clv_1", &key[4..], &format!("{key}1"), &key.to_uppercase()] {
            assert!(!is_well_formed(wrong), "{wrong}");
        }
    }
}
