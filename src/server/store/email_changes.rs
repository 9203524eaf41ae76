//! Changes of an account's address: requested, and stopped by the owner of the old mailbox.

use super::{
    Db, NewMail, Request, StoreError,
    accounts::{Older, Recipient, queue},
    audit,
    db::{execute, on_db},
    not_me,
    one_time_secrets::live,
    outbox, users,
};
use crate::{
    model::{Email, Timestamp, UserId},
    server::domain::{AuditEvent, SecretPurpose},
};

/// A requested change of address.
#[derive(Debug)]
pub struct EmailChange {
    /// The mail to the new address.
    pub request: Request,
    /// The mail to the old address, with a link that stops the change.
    pub notice: NewMail,
    pub stop: NewStop,
}

/// A link that stops changes of a user's address.
#[derive(Debug)]
pub struct NewStop {
    pub user: UserId,
    pub digest: String,
    /// The address that the link is sent to, normalised.
    pub address: String,
    pub expires_at: Timestamp,
}

impl Db {
    /// Queues both mails of a change of address. The one to the old address is sent regardless of budgets, so
    /// that the owner always learns of the change. `EmailFrozen` if the address can't be changed now.
    pub async fn request_email_change(
        &self,
        change: EmailChange,
        event: AuditEvent,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write_as(event.actor, now, move |tx| {
            Box::pin(async move {
                let NewStop { user, digest, address, expires_at } = &change.stop;
                users::lock(tx, *user).await?;
                not_me::require_unfrozen(tx, *user, now).await?;
                audit::insert(tx, &event).await?;
                queue(tx, &change.request, Recipient::Owner, Older::Dead, now).await?;
                let sql =
                    "INSERT INTO email_change_stops (digest, user_id, address, expires_at) VALUES ($1, $2, $3, $4)";
                execute!(tx, sql, digest.as_str(), *user, address.as_str(), *expires_at)?;
                outbox::insert_anyway(tx, &change.notice, now).await
            })
        })
        .await
    }

    /// Returns the new address of the user's pending change, and when its link expires.
    pub async fn pending_email_change(
        &self,
        user: UserId,
        now: Timestamp,
    ) -> Result<Option<(Email, Timestamp)>, StoreError> {
        let sql = concat!(
            "SELECT about_address, expires_at FROM one_time_secrets WHERE purpose = $2 AND subject = $3 AND ",
            live!(),
            " ORDER BY id DESC LIMIT 1"
        );
        let (purpose, subject) = (SecretPurpose::ChangeEmail, user.to_string());
        let row: Option<(Option<String>, Timestamp)> = on_db!(self, |conn| sqlx::query_as(sql)
            .bind(now)
            .bind(purpose)
            .bind(subject.as_str())
            .fetch_optional(conn))?;
        Ok(row.and_then(|(address, ends_at)| Some((Email::stored(&address?).ok()?, ends_at))))
    }

    /// Returns the user whose change of address the link of this digest would stop; `None` if there is nothing to stop.
    pub async fn find_stoppable(&self, digest: &str, now: Timestamp) -> Result<Option<UserId>, StoreError> {
        let sql = "
            SELECT users.id
            FROM email_change_stops
            JOIN users ON users.id = email_change_stops.user_id
            WHERE email_change_stops.digest = $1
              AND email_change_stops.expires_at > $2
              AND email_change_stops.address = users.email_normalized
              AND EXISTS (
                SELECT 1
                FROM one_time_secrets
                WHERE purpose = $3 AND subject = users.id AND used_at IS NULL AND one_time_secrets.expires_at > $2)";
        let purpose = SecretPurpose::ChangeEmail;
        on_db!(self, |conn| sqlx::query_scalar(sql).bind(digest).bind(now).bind(purpose).fetch_optional(conn))
    }

    /// Stops the pending change of this user's address and deletes its links. Returns whether there was one.
    pub async fn stop_email_change(&self, user: UserId, event: AuditEvent) -> Result<bool, StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                // Locks the user's row as every change of a user does: a concurrent confirmation has either
                // happened or waits.
                execute!(tx, "UPDATE users SET updated_at = updated_at WHERE id = $1", user)?;
                let sql = "DELETE FROM one_time_secrets WHERE purpose = $1 AND subject = $2 AND used_at IS NULL";
                let stopped = execute!(tx, sql, SecretPurpose::ChangeEmail, user.to_string())?;
                if stopped > 0 {
                    execute!(tx, "DELETE FROM email_change_stops WHERE user_id = $1", user)?;
                    audit::insert(tx, &event).await?;
                }
                Ok(stopped > 0)
            })
        })
        .await
    }
}
