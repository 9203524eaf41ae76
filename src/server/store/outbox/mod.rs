//! The outbox: mails to send, queued in the transaction of their cause.

mod list;

use super::{
    Db, StoreError, audit,
    db::{Tx, execute, on_db, on_tx},
};
use crate::{
    model::{MailId, MailKind, MailState, Timestamp},
    server::domain::AuditEvent,
};
use std::{fmt, time::Duration};

/// A mail to queue. Its content is encrypted: the database alone reveals no link.
#[derive(Clone)]
pub struct NewMail {
    pub id: MailId,
    pub kind: MailKind,
    /// The address as its owner typed it.
    pub recipient: String,
    pub sealed_body: String,
    /// Set if someone other than the owner could request the mail.
    pub limit: Option<MailLimit>,
}

/// Logs must not hold addresses.
impl fmt::Debug for NewMail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NewMail({}, {})", self.id, self.kind)
    }
}

/// Limit for mails that someone other than the owner could request.
#[derive(Clone)]
pub struct MailLimit {
    /// Purpose and mailbox: mails with the same budget count together.
    pub budget: String,
    pub at_most: i64,
    /// Start of the period in which they are counted.
    pub since: Timestamp,
}

/// A mail claimed for sending until `until`.
#[derive(Clone, sqlx::FromRow)]
pub struct ClaimedMail {
    pub id: MailId,
    pub recipient: String,
    pub sealed_body: String,
    /// Number of earlier tries.
    pub tries: i64,
    /// How often the server did not say whether it accepted the mail.
    pub unsure: i64,
    pub created_at: Timestamp,
    /// The end of the claim, which distinguishes it from a later one.
    #[sqlx(rename = "next_try_at")]
    pub until: Timestamp,
}

/// Result of trying to send a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeliveryResult {
    Sent {
        note: Option<String>,
    },
    /// No mail could be sent at all: this does not count as a try.
    PutBack {
        error: String,
        at: Timestamp,
    },
    Retried {
        error: String,
        at: Timestamp,
    },
    /// The server may have accepted it.
    Unsure {
        error: String,
        at: Timestamp,
    },
    Failed {
        error: String,
    },
}

impl Db {
    /// Queues a mail that belongs to no other write. Returns whether it was within its budget.
    pub async fn insert_mail(&self, mail: NewMail, now: Timestamp) -> Result<bool, StoreError> {
        self.write(move |tx| Box::pin(async move { insert(tx, &mail, now).await })).await
    }

    /// Returns whether a mail is due.
    pub async fn has_due_mail(&self, now: Timestamp) -> Result<bool, StoreError> {
        let sql = "SELECT id FROM outbox WHERE state = 'waiting' AND next_try_at <= $1 LIMIT 1";
        let due: Option<MailId> = on_db!(self, |conn| sqlx::query_scalar(sql).bind(now).fetch_optional(conn))?;
        Ok(due.is_some())
    }

    /// Claims the mail that has been due longest, until `until`. Returns `None` if none is due or another node
    /// claimed it at the same moment.
    pub async fn claim_mail(&self, until: Timestamp, now: Timestamp) -> Result<Option<ClaimedMail>, StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                // PostgreSQL checks the outer conditions again if another node has claimed the same row first.
                let sql = "
                    UPDATE outbox
                    SET next_try_at = $1
                    WHERE id = (
                        SELECT id FROM outbox
                        WHERE state = 'waiting' AND next_try_at <= $2
                        ORDER BY next_try_at, id
                        LIMIT 1
                      )
                      AND state = 'waiting' AND next_try_at <= $2
                    RETURNING id, recipient, sealed_body, tries, unsure, created_at, next_try_at";
                on_tx!(tx, |conn| sqlx::query_as(sql).bind(until).bind(now).fetch_optional(conn))
            })
        })
        .await
    }

    /// Saves the result of a claimed mail, unless the mail has changed since the claim.
    pub async fn record_delivery(
        &self,
        id: MailId,
        claim: Timestamp,
        settled: DeliveryResult,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let tried = i64::from(!matches!(settled, DeliveryResult::PutBack { .. }));
                let unsure = i64::from(matches!(settled, DeliveryResult::Unsure { .. }));
                let (state, said, at, sent_at) = match settled {
                    DeliveryResult::Sent { note } => (MailState::Sent, note, claim, Some(now)),
                    DeliveryResult::PutBack { error, at }
                    | DeliveryResult::Retried { error, at }
                    | DeliveryResult::Unsure { error, at } => (MailState::Waiting, Some(error), at, None),
                    DeliveryResult::Failed { error } => (MailState::Failed, Some(error), claim, None),
                };
                let sql = "
                    UPDATE outbox
                    SET state = $3, tries = tries + $4, unsure = unsure + $5, last_error = $6, next_try_at = $7,
                        sent_at = $8
                    WHERE id = $1 AND state = 'waiting' AND next_try_at = $2";
                execute!(tx, sql, id, claim, state, tried, unsure, said, at, sent_at).map(drop)
            })
        })
        .await
    }

    /// Moves the next try of waiting mails back if it is more than `slack` after the latest time that is
    /// possible. `latest` holds that time by number of tries.
    pub async fn clamp_mail_deadlines(&self, latest: Vec<Timestamp>, slack: Duration) -> Result<(), StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let sql = "
                    UPDATE outbox
                    SET next_try_at = $2
                    WHERE state = 'waiting' AND tries = $1 AND next_try_at > $3";
                for (tries, latest) in (0_i64..).zip(latest) {
                    execute!(tx, sql, tries, latest, latest + slack)?;
                }
                Ok(())
            })
        })
        .await
    }

    /// Queues a mail again as if it were new. Returns `Missing` if its content is gone, or if its next try is
    /// before `soon`: it may be on its way.
    pub async fn resend_mail(
        &self,
        id: MailId,
        event: AuditEvent,
        soon: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write_as(event.actor, now, move |tx| {
            Box::pin(async move {
                let sql = "
                    UPDATE outbox
                    SET state = 'waiting', tries = 0, unsure = 0, next_try_at = $2, last_error = NULL, sent_at = NULL
                    WHERE id = $1 AND sealed_body <> '' AND (state <> 'waiting' OR next_try_at > $3)";
                match execute!(tx, sql, id, now, soon)? {
                    0 => Err(StoreError::Missing),
                    _ => audit::insert(tx, &event).await,
                }
            })
        })
        .await
    }
}

/// Queues a mail. Returns whether it was within its budget.
pub(super) async fn insert(tx: &mut Tx, mail: &NewMail, now: Timestamp) -> Result<bool, StoreError> {
    if !is_within_budget(tx, mail).await? {
        return Ok(false);
    }
    insert_anyway(tx, mail, now).await?;
    Ok(true)
}

/// Queues a mail regardless of its budget.
pub(super) async fn insert_anyway(tx: &mut Tx, mail: &NewMail, now: Timestamp) -> Result<(), StoreError> {
    let sql = "
        INSERT INTO outbox (id, template, recipient, sealed_body, next_try_at, created_at, requested_for)
        VALUES ($1, $2, $3, $4, $5, $5, $6)";
    execute!(
        tx,
        sql,
        mail.id,
        mail.kind,
        mail.recipient.as_str(),
        mail.sealed_body.as_str(),
        now,
        mail.limit.as_ref().map(|limit| limit.budget.as_str()),
    )
    .map(drop)
}

/// Deletes a mail that was queued in this transaction.
pub(super) async fn delete(tx: &mut Tx, id: MailId) -> Result<(), StoreError> {
    execute!(tx, "DELETE FROM outbox WHERE id = $1", id).map(drop)
}

/// Returns whether one more mail may be sent. Locks the budget until the transaction ends, so that no concurrent
/// count misses this mail.
pub(super) async fn is_within_budget(tx: &mut Tx, mail: &NewMail) -> Result<bool, StoreError> {
    let Some(limit) = &mail.limit else { return Ok(true) };
    tx.lock(&format!("mails for {}", limit.budget)).await?;
    let sql = "SELECT count(*) FROM outbox WHERE requested_for = $1 AND created_at > $2";
    let count: i64 =
        on_tx!(tx, |conn| sqlx::query_scalar(sql).bind(limit.budget.as_str()).bind(limit.since).fetch_one(conn))?;
    Ok(count < limit.at_most)
}
