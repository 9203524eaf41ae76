//! Changes of users, with all their consequences.

use super::{
    Db, NewMail, NewSession, StoreError, audit,
    authority::Power,
    db::{Tx, execute, on_tx},
    erasures, not_me, outbox, registrations, revocations, roles,
    sessions_of_user::{self, EndedSession},
    user_words, users,
};
use crate::{
    model::{ADMIN, DisplayName, Timestamp, User, UserId, Username},
    server::domain::{AuditEvent, ProfileChange, UserChange},
};
use serde_json::{Value, json};
use std::time::Duration;

/// A change of the user's own password, which requires the current one.
#[derive(Debug)]
pub struct OwnPassword {
    pub hash: String,
    pub notice: NewMail,
    pub changed: AuditEvent,
    /// The session that replaces all others, with the epoch of the entered password.
    pub session: NewSession,
    pub started: AuditEvent,
}

/// A change of one user, and what is written with it.
#[derive(Debug)]
pub struct UserUpdate {
    pub id: UserId,
    pub change: UserChange,
    /// The version that the user must still have; `None` for any.
    pub expected: Option<i64>,
    pub notice: Option<NewMail>,
    pub event: AuditEvent,
}

impl Db {
    /// Changes a user, with all consequences, in one transaction. Returns the user after the change (before it,
    /// if deleted) and the sessions that ended. `Changed` if the user no longer has the expected version,
    /// `BeyondActor` if the user has, or would get, a permission that the acting user lacks, or would get it for longer
    /// than the acting user has it.
    ///
    /// `longest` is the longest lifetime of an access token under the current settings.
    pub async fn change_user(
        &self,
        update: UserUpdate,
        longest: Duration,
    ) -> Result<(User, Vec<EndedSession>), StoreError> {
        let (actor, now) = (update.event.actor, update.event.at);
        self.write_as(actor, now, move |tx| {
            Box::pin(async move {
                let power = Power::of(tx, actor, now).await?;
                change_within(tx, &power, update, longest).await
            })
        })
        .await
    }

    /// Changes the user's own password, ends every session and starts a new one, in one transaction. Returns the
    /// user after the change and the sessions that ended. `Missing` if the password's epoch has changed.
    pub async fn change_own_password(
        &self,
        own: OwnPassword,
        longest: Duration,
    ) -> Result<(User, Vec<EndedSession>), StoreError> {
        let (actor, now) = (own.changed.actor, own.changed.at);
        self.write_as(actor, now, move |tx| {
            Box::pin(async move {
                let OwnPassword { hash, notice, changed, mut session, started } = own;
                let change = UserChange::PasswordHash { hash, epoch: Some(session.password_epoch) };
                let ended = apply(tx, session.user_id, &change, &changed, longest, now).await?;
                audit::insert(tx, &changed).await?;
                outbox::insert(tx, &notice, now).await?;
                let user = users::find(tx, session.user_id).await?;
                session.token_version = user.token_version;
                session.password_epoch += 1;
                sessions_of_user::start(tx, &session, started).await?;
                Ok((user, ended))
            })
        })
        .await
    }
}

/// Changes a user, with all consequences, within this power.
pub(super) async fn change_within(
    tx: &mut Tx,
    power: &Power,
    update: UserUpdate,
    longest: Duration,
) -> Result<(User, Vec<EndedSession>), StoreError> {
    let UserUpdate { id, change, expected, notice, mut event } = update;
    let now = event.at;
    let before = users::lock(tx, id).await?;
    if expected.is_some_and(|version| before.version != version) {
        return Err(StoreError::Changed);
    }
    let held = power.check(tx, id).await?;
    if !change.changes(&before) {
        return Ok((before, Vec::new()));
    }
    let ended = apply(tx, id, &change, &event, longest, now).await?;
    power.check_given(tx, id, &held).await?;
    let after = users::find(tx, id).await?;
    let can_no_longer_sign_in = before.email_verified_at.is_some() && after.email_verified_at.is_none();
    if can_no_longer_sign_in && is_last_administrator(tx, id, now).await? {
        return Err(StoreError::Forbidden);
    }
    record_difference(&mut event, &before, &after);
    audit::insert(tx, &event).await?;
    if let Some(notice) = &notice {
        outbox::insert(tx, notice, now).await?;
    }
    if matches!(change, UserChange::Delete) {
        execute!(tx, "DELETE FROM users WHERE id = $1", id)?;
        erasures::remember(tx, id, now, true).await?;
    }
    Ok((after, ended))
}

/// Applies a change. Always writes the user's row first: on PostgreSQL its lock makes concurrent changes and
/// sign-ins wait.
pub(super) async fn apply(
    tx: &mut Tx,
    id: UserId,
    change: &UserChange,
    event: &AuditEvent,
    longest: Duration,
    now: Timestamp,
) -> Result<Vec<EndedSession>, StoreError> {
    let sql = "
        UPDATE users
        SET version = version + 1, token_version = token_version + $2, updated_at = $3, unconfirmed_since = NULL
        WHERE id = $1";
    let raise = i64::from(change.revokes_tokens());
    if execute!(tx, sql, id, raise, now)? == 0 {
        return Err(StoreError::Missing);
    }
    if change.may_remove_an_administrator() && is_last_administrator(tx, id, now).await? {
        return Err(StoreError::Forbidden);
    }
    not_me::check_email(tx, id, change, event, now).await?;
    write(tx, id, change, now).await?;
    let ended = match change.ends_sessions() {
        Some(reason) => sessions_of_user::end_all(tx, id, reason, event.actor, now).await?,
        None => Vec::new(),
    };
    if matches!(change, UserChange::Secure { .. }) {
        not_me::forget_devices(tx, id).await?;
    }
    if change.revokes_tokens() {
        revocations::insert_user(tx, id, matches!(change, UserChange::Delete), longest, now).await?;
    }
    Ok(ended)
}

/// Writes what a change needs besides the versions.
async fn write(tx: &mut Tx, id: UserId, change: &UserChange, now: Timestamp) -> Result<(), StoreError> {
    match change {
        UserChange::Name(name) => return write_name(tx, id, name).await,
        UserChange::Profile(profile) => return write_profile(tx, id, profile).await,
        UserChange::Email(email) => {
            let sql = "
                UPDATE users
                SET email = $2, email_normalized = $3, email_verified_at = $4
                WHERE id = $1";
            execute!(tx, sql, id, email.as_str(), email.normalized(), now)?;
            return user_words::replace(tx, id).await;
        }
        UserChange::Verified => {
            registrations::take_pending_names(tx, id).await?;
            let sql = "UPDATE users SET email_verified_at = COALESCE(email_verified_at, $2) WHERE id = $1";
            execute!(tx, sql, id, now)
        }
        UserChange::Ban { until, reason } => {
            forget_links(tx, id).await?;
            let sql = "UPDATE users SET status = 'banned', banned_until = $2, ban_reason = $3 WHERE id = $1";
            execute!(tx, sql, id, *until, reason.as_deref())
        }
        UserChange::Unban => {
            let sql = "UPDATE users SET status = 'active', banned_until = NULL, ban_reason = NULL WHERE id = $1";
            execute!(tx, sql, id)
        }
        UserChange::Roles(roles) => return roles::replace(tx, id, roles).await,
        UserChange::ExpireRoles => return roles::delete_expired(tx, id, now).await,
        UserChange::PasswordHash { hash, epoch } => return write_password(tx, id, hash, *epoch, now).await,
        UserChange::Secure { frozen_until } => return not_me::write(tx, id, *frozen_until, now).await,
        UserChange::SignOutEverywhere => forget_links(tx, id).await,
        UserChange::Delete => {
            // With an account, its address is deleted everywhere, including mails sent to it.
            let sql = "DELETE FROM outbox WHERE recipient = (SELECT email FROM users WHERE id = $1)";
            execute!(tx, sql, id)?;
            forget_links(tx, id).await
        }
    }
    .map(drop)
}

async fn write_name(tx: &mut Tx, id: UserId, name: &DisplayName) -> Result<(), StoreError> {
    let sql = "UPDATE users SET name = $2, name_normalized = $3 WHERE id = $1";
    execute!(tx, sql, id, name.as_str(), name.normalized())?;
    user_words::replace(tx, id).await
}

/// Writes the fields that change. A new email address is not verified, and links mailed to the old one no longer work.
async fn write_profile(tx: &mut Tx, id: UserId, profile: &ProfileChange) -> Result<(), StoreError> {
    if let Some(name) = &profile.name {
        write_name(tx, id, name).await?;
    }
    if let Some(username) = &profile.username {
        let sql = "UPDATE users SET username = $2, username_normalized = $3 WHERE id = $1";
        let username = username.as_ref();
        execute!(tx, sql, id, username.map(Username::as_str), username.map(Username::normalized))?;
    }
    if let Some(email) = &profile.email {
        let sql = "
            UPDATE users
            SET email = $2, email_normalized = $3,
                email_verified_at = CASE WHEN email_normalized = $3 THEN email_verified_at END
            WHERE id = $1";
        let before = users::find(tx, id).await?.email;
        execute!(tx, sql, id, email.as_str(), email.normalized())?;
        if before.normalized() != email.normalized() {
            forget_links(tx, id).await?;
        }
    }
    user_words::replace(tx, id).await
}

/// Adds to an event what a change has changed: the fields before, and after.
fn record_difference(event: &mut AuditEvent, before: &User, after: &User) {
    let (before, after) = (recorded(before), recorded(after));
    let changed: Vec<_> = before.iter().zip(&after).filter(|(old, new)| old != new).collect();
    if changed.is_empty() {
        return;
    }
    let object = |fields: Vec<&(&str, Value)>| -> Value {
        fields.into_iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
    };
    let (old, new) = changed.into_iter().unzip();
    event.details["old"] = object(old);
    event.details["new"] = object(new);
}

/// Returns the fields of a user that the audit log follows.
fn recorded(user: &User) -> [(&'static str, Value); 8] {
    [
        ("email", json!(user.email.as_str())),
        ("emailVerified", json!(user.email_verified_at.is_some())),
        ("username", json!(user.username.as_ref().map(Username::as_str))),
        ("name", json!(user.name.as_str())),
        ("status", json!(user.status.to_string())),
        ("bannedUntil", json!(user.banned_until.map(|at| at.to_string()))),
        ("banReason", json!(user.ban_reason)),
        ("roles", user.roles.iter().map(|role| json!(role.to_string())).collect()),
    ]
}

/// Saves the hash. Returns `Missing` if the password's epoch has changed.
async fn write_password(
    tx: &mut Tx,
    id: UserId,
    hash: &str,
    epoch: Option<i64>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "
        INSERT INTO passwords (user_id, hash, changed_at) VALUES ($1, $2, $3)
        ON CONFLICT (user_id) DO UPDATE
        SET hash = excluded.hash, epoch = passwords.epoch + 1, changed_at = excluded.changed_at
        WHERE passwords.epoch = $4 OR $4 IS NULL";
    match execute!(tx, sql, id, hash, now, epoch)? {
        0 => Err(StoreError::Missing),
        _ => Ok(()),
    }
}

/// Deletes all mailed links of the user, because someone else may have requested them.
pub(super) async fn forget_links(tx: &mut Tx, id: UserId) -> Result<u64, StoreError> {
    execute!(tx, "DELETE FROM one_time_secrets WHERE subject = $1", id)
}

/// Returns whether this user is the last active administrator who is one for good: a role that ends must not leave
/// none. Two who demote each other concurrently both write
/// the role's row, so that on PostgreSQL one waits for the other.
async fn is_last_administrator(tx: &mut Tx, id: UserId, now: Timestamp) -> Result<bool, StoreError> {
    execute!(tx, "UPDATE roles SET description = description WHERE name = $1", ADMIN)?;
    let sql = "
        SELECT count(*) FILTER (WHERE users.id = $2),
               count(*) FILTER (WHERE users.id <> $2 AND email_verified_at IS NOT NULL
                                AND (users.status = 'active' OR users.banned_until <= $3))
        FROM users
        JOIN user_roles ON user_roles.user_id = users.id AND user_roles.role = $1 AND until IS NULL";
    let (this, others): (i64, i64) =
        on_tx!(tx, |conn| sqlx::query_as(sql).bind(ADMIN).bind(id).bind(now).fetch_one(conn))?;
    Ok(this > 0 && others == 0)
}
