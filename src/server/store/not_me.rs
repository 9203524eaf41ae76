//! Reports of users that someone else has used their account, and the mailed links that make them.

use super::{
    Db, Request, StoreError, audit,
    db::{Tx, execute, on_db, on_tx},
    one_time_secrets, outbox,
    registrations::epoch_in,
    sessions_of_user::EndedSession,
    user_changes, users,
};
use crate::{
    model::{Timestamp, UserId},
    server::domain::{AuditAction, AuditEvent, UserChange},
};
use std::time::Duration;

/// A link to save, for the user of the session that starts.
#[derive(Debug, Clone)]
pub struct NewNotMeLink {
    pub digest: String,
    /// The address that the link is mailed to, normalised.
    pub address: String,
    pub expires_at: Timestamp,
}

/// A report, and what follows from it.
#[derive(Debug)]
pub struct NotMeReport {
    pub user: UserId,
    /// Digest of the link that makes it; `None` if the user is signed in.
    pub digest: Option<String>,
    /// Until when the user's address can't be changed.
    pub frozen_until: Timestamp,
    /// The link to choose a new password, with its mail.
    pub reset: Request,
    pub event: AuditEvent,
    /// The longest lifetime of an access token under the current settings.
    pub longest: Duration,
}

impl Db {
    /// Returns the user of a link and whether it was used; `None` if it has expired, was never issued, or if the user
    /// is gone or has another address by now.
    pub async fn find_not_me_link(&self, digest: &str, now: Timestamp) -> Result<Option<(UserId, bool)>, StoreError> {
        let sql = "
            SELECT users.id, used_at IS NOT NULL
            FROM not_me_links
            JOIN users ON users.id = user_id AND users.email_normalized = address
            WHERE digest = $1 AND expires_at > $2";
        on_db!(self, |conn| sqlx::query_as(sql).bind(digest).bind(now).fetch_optional(conn))
    }

    /// Ends every session of the user, voids the password, forgets the devices, drops a pending change of address and
    /// prevents others for a time, and mails a link to choose a new password, in one transaction. Returns the sessions
    /// that ended; `None` if the link was used meanwhile.
    pub async fn secure_account(&self, report: NotMeReport) -> Result<Option<Vec<EndedSession>>, StoreError> {
        let (actor, now) = (report.event.actor, report.event.at);
        self.write_as(actor, now, move |tx| {
            Box::pin(async move {
                let NotMeReport { user, digest, frozen_until, mut reset, event, longest } = report;
                users::lock(tx, user).await?;
                if let Some(digest) = digest {
                    let sql = "UPDATE not_me_links SET used_at = $2 WHERE digest = $1 AND used_at IS NULL";
                    if execute!(tx, sql, digest.as_str(), now)? == 0 {
                        return Ok(None);
                    }
                }
                let change = UserChange::Secure { frozen_until };
                let ended = user_changes::apply(tx, user, &change, &event, longest, now).await?;
                audit::insert(tx, &event).await?;
                // Sent whatever was requested before: without it, the owner has no way in.
                reset.bind_to(epoch_in(tx, user).await?);
                outbox::insert_anyway(tx, &reset.mail, now).await?;
                if let Some(secret) = &reset.secret {
                    one_time_secrets::insert(tx, secret, now).await?;
                }
                Ok(Some(ended))
            })
        })
        .await
    }

    /// Returns until when the user's own address can't be changed; `None` if it can be now.
    pub async fn email_frozen_until(&self, user: UserId, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        let sql = "SELECT email_frozen_until FROM users WHERE id = $1 AND email_frozen_until > $2";
        on_db!(self, |conn| sqlx::query_scalar(sql).bind(user).bind(now).fetch_optional(conn))
    }
}

pub(super) async fn insert(tx: &mut Tx, link: &NewNotMeLink, user: UserId) -> Result<(), StoreError> {
    let sql = "INSERT INTO not_me_links (digest, user_id, address, expires_at) VALUES ($1, $2, $3, $4)";
    execute!(tx, sql, link.digest.as_str(), user, link.address.as_str(), link.expires_at).map(drop)
}

/// Writes what a report changes besides the sessions. The other links of the user are used up, too: they are about the
/// same sign-ins, and would end those that follow.
pub(super) async fn write(
    tx: &mut Tx,
    user: UserId,
    frozen_until: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    execute!(tx, "UPDATE users SET email_frozen_until = $2 WHERE id = $1", user, frozen_until)?;
    let sql = "UPDATE passwords SET hash = '', epoch = epoch + 1, changed_at = $2 WHERE user_id = $1";
    execute!(tx, sql, user, now)?;
    execute!(tx, "UPDATE not_me_links SET used_at = $2 WHERE user_id = $1 AND used_at IS NULL", user, now)?;
    execute!(tx, "DELETE FROM email_change_stops WHERE user_id = $1", user)?;
    user_changes::forget_links(tx, user).await.map(drop)
}

/// Forgets every device of the user. After the sessions: everything that writes both uses this order.
pub(super) async fn forget_devices(tx: &mut Tx, user: UserId) -> Result<(), StoreError> {
    execute!(tx, "DELETE FROM devices WHERE user_id = $1", user).map(drop)
}

/// Fails with `EmailFrozen` if the user asks for, confirms or makes a change of their own address that is prevented
/// now. Administrators may change the address of others.
pub(super) async fn check_email(
    tx: &mut Tx,
    user: UserId,
    change: &UserChange,
    event: &AuditEvent,
    now: Timestamp,
) -> Result<(), StoreError> {
    let is_own = match change {
        // Not the owner of an address who takes over an account that was never verified.
        UserChange::Email(_) => event.action == AuditAction::EmailChanged,
        UserChange::Profile(profile) => profile.email.is_some() && event.actor.user() == Some(user),
        _ => false,
    };
    if is_own { require_unfrozen(tx, user, now).await } else { Ok(()) }
}

/// Fails with `EmailFrozen` if the user's own address can't be changed now. The user's row must be locked.
pub(super) async fn require_unfrozen(tx: &mut Tx, user: UserId, now: Timestamp) -> Result<(), StoreError> {
    let sql = "SELECT count(*) FROM users WHERE id = $1 AND email_frozen_until > $2";
    let frozen: i64 = on_tx!(tx, |conn| sqlx::query_scalar(sql).bind(user).bind(now).fetch_one(conn))?;
    if frozen > 0 { Err(StoreError::EmailFrozen) } else { Ok(()) }
}
