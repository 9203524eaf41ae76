//! Changes of users, with all their consequences.

use super::{
    Db, NewMail, NewSession, StoreError, audit,
    db::{Tx, execute, on_tx},
    outbox, registrations, revocations, roles,
    sessions_of_user::{self, EndedSession},
    users,
};
use crate::{
    model::{ADMIN, Timestamp, User, UserId},
    server::domain::{AuditEvent, UserChange},
};
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

impl Db {
    /// Changes a user, with all consequences, in one transaction. Returns the user after the change (before it,
    /// if deleted) and the sessions that ended.
    ///
    /// `longest` is the longest lifetime of an access token under the current settings.
    pub async fn change_user(
        &self,
        id: UserId,
        change: UserChange,
        notice: Option<NewMail>,
        event: AuditEvent,
        longest: Duration,
        now: Timestamp,
    ) -> Result<(User, Vec<EndedSession>), StoreError> {
        self.write_as(event.actor, now, move |tx| {
            Box::pin(async move {
                let ended = apply(tx, id, &change, &event, longest, now).await?;
                let user = users::find(tx, id).await?;
                audit::insert(tx, &event).await?;
                if let Some(notice) = &notice {
                    outbox::insert(tx, notice, now).await?;
                }
                if matches!(change, UserChange::Delete) {
                    execute!(tx, "DELETE FROM users WHERE id = $1", id)?;
                }
                Ok((user, ended))
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
    write(tx, id, change, now).await?;
    let ended = match change.ends_sessions() {
        Some(reason) => sessions_of_user::end_all(tx, id, reason, event.actor, now).await?,
        None => Vec::new(),
    };
    if change.revokes_tokens() {
        revocations::insert_user(tx, id, matches!(change, UserChange::Delete), longest, now).await?;
    }
    Ok(ended)
}

/// Writes what a change needs besides the versions.
async fn write(tx: &mut Tx, id: UserId, change: &UserChange, now: Timestamp) -> Result<(), StoreError> {
    match change {
        UserChange::Name(name) => {
            let sql = "UPDATE users SET name = $2, name_normalized = $3 WHERE id = $1";
            execute!(tx, sql, id, name.as_str(), name.normalized())
        }
        UserChange::Email(email) => {
            let sql = "
                UPDATE users
                SET email = $2, email_normalized = $3, email_verified_at = $4
                WHERE id = $1";
            execute!(tx, sql, id, email.as_str(), email.normalized(), now)
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
        UserChange::Roles(names) => return roles::replace(tx, id, names).await,
        UserChange::PasswordHash { hash, epoch } => return write_password(tx, id, hash, *epoch, now).await,
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
async fn forget_links(tx: &mut Tx, id: UserId) -> Result<u64, StoreError> {
    execute!(tx, "DELETE FROM one_time_secrets WHERE subject = $1", id)
}

/// Returns whether this user is the last active administrator. Two who demote each other concurrently both write
/// the role's row, so that on PostgreSQL one waits for the other.
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
