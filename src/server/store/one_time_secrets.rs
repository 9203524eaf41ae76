//! Secrets that work once, stored as digests.

use super::{
    Db, StoreError, audit,
    db::{Tx, execute, on_db, on_tx},
};
use crate::{
    model::{Email, SecretId, SessionId, Timestamp},
    server::domain::{AuditEvent, OpenInvitation, SecretPurpose},
};

/// A one-time secret to save.
#[derive(Debug, Clone)]
pub struct NewSecret {
    pub id: SecretId,
    pub purpose: SecretPurpose,
    /// Whom or what it is for. The newest secret of a subject replaces the older ones.
    pub subject: String,
    pub digest: String,
    /// Digest of the code that may be typed instead of following the link.
    pub code_digest: Option<String>,
    /// The user's address, normalised, and password epoch at creation. The secret works only while both are unchanged.
    pub address: String,
    pub epoch: i64,
    /// The address it is about, as typed: the invited one or the new one.
    pub about_address: Option<String>,
    /// The session it ends with.
    pub session: Option<SessionId>,
    pub expires_at: Timestamp,
}

/// Proof that the caller has a secret.
#[derive(Debug, Clone)]
pub enum Proof {
    /// Digest of a link's token.
    Token(String),
    /// Digest of a code that was typed for this subject.
    Code { subject: String, digest: String },
}

/// A secret that works now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveSecret {
    pub purpose: SecretPurpose,
    pub subject: String,
    pub about_address: Option<String>,
}

#[derive(sqlx::FromRow)]
struct InvitationRow {
    id: SecretId,
    /// The address, normalised.
    subject: String,
    /// The address as typed.
    about_address: Option<String>,
    created_at: Timestamp,
    expires_at: Timestamp,
}

impl From<InvitationRow> for OpenInvitation {
    fn from(row: InvitationRow) -> Self {
        let InvitationRow { id, subject, about_address, created_at, expires_at } = row;
        Self { id, email: about_address.unwrap_or(subject), created_at, expires_at }
    }
}

/// How many wrong codes invalidate a code. Its link still works.
const CODE_TRIES: i64 = 5;

/// Condition of a live secret: unused, not expired, and, if its subject is a user, that user's address and
/// password epoch unchanged (0 without a password). A secret bound to a session ends with it.
macro_rules! live {
    () => {
        "used_at IS NULL AND expires_at > $1
          AND (session_id IS NULL OR EXISTS (
            SELECT 1
            FROM sessions
            WHERE sessions.id = one_time_secrets.session_id AND ended_at IS NULL AND idle_until > $1))
          AND (purpose IN ('set_up', 'invite') OR EXISTS (
            SELECT 1
            FROM users
            LEFT JOIN passwords ON passwords.user_id = users.id
            WHERE users.id = one_time_secrets.subject
              AND users.email_normalized = one_time_secrets.address
              AND COALESCE(passwords.epoch, 0) = one_time_secrets.epoch))"
    };
}

pub(super) use live;

type LiveRow = (String, String, Option<String>);

impl Db {
    /// Saves a secret. Older ones of the same purpose and subject stop working.
    pub async fn insert_secret(&self, secret: NewSecret, now: Timestamp) -> Result<(), StoreError> {
        self.write(move |tx| Box::pin(async move { insert(tx, &secret, now).await })).await
    }

    /// Returns the secret of this digest, if it works now.
    pub async fn find_live_secret(&self, digest: &str, now: Timestamp) -> Result<Option<LiveSecret>, StoreError> {
        let sql =
            concat!("SELECT purpose, subject, about_address FROM one_time_secrets WHERE digest = $2 AND ", live!());
        let row: Option<LiveRow> =
            on_db!(self, |conn| sqlx::query_as(sql).bind(now).bind(digest).fetch_optional(conn))?;
        Ok(row.and_then(read))
    }

    /// Returns up to `limit` live invitations, newest first.
    pub async fn open_invitations(&self, limit: usize, now: Timestamp) -> Result<Vec<OpenInvitation>, StoreError> {
        let sql = concat!(
            "SELECT id, subject, about_address, created_at, expires_at FROM one_time_secrets WHERE purpose = $2 AND ",
            live!(),
            " ORDER BY id DESC LIMIT $3"
        );
        let (purpose, limit) = (SecretPurpose::Invite, i64::try_from(limit).unwrap_or(i64::MAX));
        let rows: Vec<InvitationRow> =
            on_db!(self, |conn| sqlx::query_as(sql).bind(now).bind(purpose).bind(limit).fetch_all(conn))?;
        Ok(rows.into_iter().map(OpenInvitation::from).collect())
    }

    /// Returns whether this normalized address has a live invitation.
    pub async fn is_invited(&self, email: &Email, now: Timestamp) -> Result<bool, StoreError> {
        let found: i64 = on_db!(self, |conn| sqlx::query_scalar(INVITED)
            .bind(SecretPurpose::Invite)
            .bind(email.normalized())
            .bind(now)
            .fetch_one(conn))?;
        Ok(found > 0)
    }

    /// Deletes an unused invitation. Returns whether there was one.
    pub async fn revoke_invitation(&self, id: SecretId, event: AuditEvent) -> Result<bool, StoreError> {
        self.write_as(event.actor, event.at, move |tx| {
            Box::pin(async move {
                let sql = "DELETE FROM one_time_secrets WHERE id = $1 AND purpose = $2 AND used_at IS NULL";
                if execute!(tx, sql, id, SecretPurpose::Invite)? == 0 {
                    return Ok(false);
                }
                audit::insert(tx, &event).await?;
                Ok(true)
            })
        })
        .await
    }
}

/// Saves a secret and deletes the older ones of its purpose and subject.
pub(super) async fn insert(tx: &mut Tx, secret: &NewSecret, now: Timestamp) -> Result<(), StoreError> {
    insert_additional(tx, secret, now).await?;
    delete_older(tx, secret).await
}

/// Saves a secret; older ones stay valid. Locks purpose and subject until the transaction ends: otherwise two
/// concurrent secrets would both stay, because neither transaction sees the other's.
pub(super) async fn insert_additional(tx: &mut Tx, secret: &NewSecret, now: Timestamp) -> Result<(), StoreError> {
    tx.lock(&format!("{} for {}", secret.purpose, secret.subject)).await?;
    let sql = "
        INSERT INTO one_time_secrets
          (id, purpose, subject, digest, code_digest, address, epoch, about_address, session_id, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    execute!(
        tx,
        sql,
        secret.id,
        secret.purpose,
        secret.subject.as_str(),
        secret.digest.as_str(),
        secret.code_digest.as_deref(),
        secret.address.as_str(),
        secret.epoch,
        secret.about_address.as_deref(),
        secret.session,
        now,
        secret.expires_at,
    )
    .map(drop)
}

/// Deletes the other unused secrets of the same purpose and subject.
pub(super) async fn delete_older(tx: &mut Tx, secret: &NewSecret) -> Result<(), StoreError> {
    let sql = "DELETE FROM one_time_secrets WHERE purpose = $1 AND subject = $2 AND id <> $3 AND used_at IS NULL";
    execute!(tx, sql, secret.purpose, secret.subject.as_str(), secret.id).map(drop)
}

/// Deletes a secret that was not sent.
pub(super) async fn delete(tx: &mut Tx, id: SecretId) -> Result<(), StoreError> {
    execute!(tx, "DELETE FROM one_time_secrets WHERE id = $1", id).map(drop)
}

/// Returns whether a secret of the same purpose and subject is still live at `at`. No other can be created until
/// the transaction ends.
pub(super) async fn is_out(tx: &mut Tx, secret: &NewSecret, at: Timestamp) -> Result<bool, StoreError> {
    let (purpose, subject) = (secret.purpose, secret.subject.as_str());
    tx.lock(&format!("{purpose} for {subject}")).await?;
    let sql = concat!("SELECT count(*) FROM one_time_secrets WHERE purpose = $2 AND subject = $3 AND ", live!());
    let count: i64 = on_tx!(tx, |conn| sqlx::query_scalar(sql).bind(at).bind(purpose).bind(subject).fetch_one(conn))?;
    Ok(count > 0)
}

/// Uses up the secret of this purpose. Returns `None` if it does not work; a wrong code is counted.
pub(super) async fn consume(
    tx: &mut Tx,
    purpose: SecretPurpose,
    proof: &Proof,
    now: Timestamp,
) -> Result<Option<LiveSecret>, StoreError> {
    lock_subject(tx, proof).await?;
    let digest = match proof {
        Proof::Token(digest) => digest.clone(),
        Proof::Code { subject, digest } => match count_code(tx, purpose, subject, digest, now).await? {
            Some(digest) => digest,
            None => return count_wrong_code(tx).await.map(|()| None),
        },
    };
    let sql = concat!(
        "UPDATE one_time_secrets SET used_at = $1 WHERE digest = $2 AND purpose = $3 AND ",
        live!(),
        " RETURNING purpose, subject, about_address"
    );
    let row: Option<LiveRow> =
        on_tx!(tx, |conn| sqlx::query_as(sql).bind(now).bind(digest.as_str()).bind(purpose).fetch_optional(conn))?;
    let Some(secret) = row.and_then(read) else { return Ok(None) };
    // Other links mailed for the same purpose are done, too.
    let sql = "DELETE FROM one_time_secrets WHERE purpose = $1 AND subject = $2 AND used_at IS NULL";
    execute!(tx, sql, purpose, secret.subject.as_str())?;
    Ok(Some(secret))
}

/// Writes the user's row first, as every change of a user does: on PostgreSQL a concurrent change of address or
/// password has either happened or waits.
async fn lock_subject(tx: &mut Tx, proof: &Proof) -> Result<(), StoreError> {
    let (sql, key) = match proof {
        Proof::Token(digest) => (
            "
            UPDATE users
            SET updated_at = updated_at
            WHERE id = (SELECT subject FROM one_time_secrets WHERE digest = $1)",
            digest,
        ),
        Proof::Code { subject, .. } => ("UPDATE users SET updated_at = updated_at WHERE id = $1", subject),
    };
    execute!(tx, sql, key.as_str()).map(drop)
}

/// Counts a typed code against each open link. Returns the token digest of the link it belongs to.
async fn count_code(
    tx: &mut Tx,
    purpose: SecretPurpose,
    subject: &str,
    code: &str,
    now: Timestamp,
) -> Result<Option<String>, StoreError> {
    let sql = "
        UPDATE one_time_secrets
        SET code_tries = code_tries + CASE WHEN code_digest = $3 THEN 0 ELSE 1 END
        WHERE purpose = $1 AND subject = $2 AND used_at IS NULL AND expires_at > $4 AND code_tries < $5
        RETURNING CASE WHEN code_digest = $3 THEN digest END";
    let digests: Vec<Option<String>> = on_tx!(tx, |conn| sqlx::query_scalar(sql)
        .bind(purpose)
        .bind(subject)
        .bind(code)
        .bind(now)
        .bind(CODE_TRIES)
        .fetch_all(conn))?;
    Ok(digests.into_iter().flatten().next())
}

/// A code for an unknown subject would have nothing to write, so this write makes every commit cost the same.
async fn count_wrong_code(tx: &mut Tx) -> Result<(), StoreError> {
    execute!(tx, "UPDATE counters SET value = value + 1 WHERE name = 'wrong_codes'").map(drop)
}

fn read((purpose, subject, about_address): LiveRow) -> Option<LiveSecret> {
    Some(LiveSecret { purpose: purpose.parse().ok()?, subject, about_address })
}

/// The lock for registering an address and inviting it, so that neither overlooks the other.
pub(super) fn invitation_lock(email: &Email) -> String {
    format!("invitation for {}", email.normalized())
}

const INVITED: &str = "
    SELECT count(*)
    FROM one_time_secrets
    WHERE purpose = $1 AND subject = $2 AND used_at IS NULL AND expires_at > $3";

/// Returns whether this normalized address has a live invitation.
pub(super) async fn is_invited(tx: &mut Tx, email: &str, now: Timestamp) -> Result<bool, StoreError> {
    let found: i64 = on_tx!(tx, |conn| sqlx::query_scalar(INVITED)
        .bind(SecretPurpose::Invite)
        .bind(email)
        .bind(now)
        .fetch_one(conn))?;
    Ok(found > 0)
}
