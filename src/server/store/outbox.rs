//! Mails to send, queued with their cause.

use super::{
    StoreError,
    db::{Tx, execute, on_tx},
};
use crate::model::{MailId, Timestamp};

/// A mail to be queued. Its content is sealed: the database alone opens no link.
#[derive(Debug, Clone)]
pub struct NewMail {
    pub id: MailId,
    /// What kind of mail it is, as the list of mails tells it.
    pub template: &'static str,
    /// The address as its owner typed it.
    pub recipient: String,
    pub sealed_body: String,
    /// Set where somebody who need not be the owner can ask for the mail.
    pub limit: Option<MailLimit>,
}

/// How many mails that anybody can ask for one address gets.
#[derive(Debug, Clone)]
pub struct MailLimit {
    /// Normalised.
    pub address: String,
    pub at_most: i64,
    /// From when on they are counted.
    pub since: Timestamp,
}

/// Queues a mail. Answers whether it was: not beyond the limit of its address.
pub(super) async fn insert(tx: &mut Tx, mail: &NewMail, now: Timestamp) -> Result<bool, StoreError> {
    if let Some(limit) = &mail.limit {
        let sql = "SELECT count(*) FROM outbox WHERE requested_for = $1 AND created_at > $2";
        let count: i64 =
            on_tx!(tx, |conn| sqlx::query_scalar(sql).bind(limit.address.as_str()).bind(limit.since).fetch_one(conn))?;
        if count >= limit.at_most {
            return Ok(false);
        }
    }
    let sql = "
        INSERT INTO outbox (id, template, recipient, sealed_body, next_try_at, created_at, requested_for)
        VALUES ($1, $2, $3, $4, $5, $5, $6)";
    execute!(
        tx,
        sql,
        mail.id,
        mail.template,
        mail.recipient.as_str(),
        mail.sealed_body.as_str(),
        now,
        mail.limit.as_ref().map(|limit| limit.address.as_str()),
    )?;
    Ok(true)
}
