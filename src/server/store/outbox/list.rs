//! Mails of the outbox as administrators see them.

use crate::{
    model::{MailId, MailState, Timestamp},
    server::{
        domain::{OutboxMessage, SealedMessage},
        store::{Db, StoreError, db::on_db},
    },
};

#[derive(sqlx::FromRow)]
struct MailRow {
    id: MailId,
    template: String,
    recipient: String,
    state: MailState,
    tries: i64,
    next_try_at: Timestamp,
    last_error: Option<String>,
    created_at: Timestamp,
    sent_at: Option<Timestamp>,
}

impl From<MailRow> for OutboxMessage {
    fn from(row: MailRow) -> Self {
        Self {
            id: row.id,
            kind: row.template.parse().ok(),
            recipient: row.recipient,
            state: row.state,
            tries: row.tries,
            next_try_at: (row.state == MailState::Waiting).then_some(row.next_try_at),
            last_error: row.last_error,
            created_at: row.created_at,
            sent_at: row.sent_at,
        }
    }
}

#[derive(sqlx::FromRow)]
struct WholeMailRow {
    #[sqlx(flatten)]
    row: MailRow,
    sealed_body: String,
}

impl Db {
    /// Returns up to `limit` mails older than `before`, newest first, optionally only of `state`.
    pub async fn list_mails(
        &self,
        state: Option<MailState>,
        before: Option<MailId>,
        limit: i64,
    ) -> Result<Vec<OutboxMessage>, StoreError> {
        let sql = "
            SELECT id, template, recipient, state, tries, next_try_at, last_error, created_at, sent_at
            FROM outbox
            WHERE ($1 IS NULL OR state = $1) AND ($2 IS NULL OR id < $2)
            ORDER BY id DESC
            LIMIT $3";
        let rows: Vec<MailRow> =
            on_db!(self, |conn| sqlx::query_as(sql).bind(state).bind(before).bind(limit).fetch_all(conn))?;
        Ok(rows.into_iter().map(OutboxMessage::from).collect())
    }

    /// Returns up to `limit` mails newer than `after`, oldest first, optionally only of `state`.
    pub async fn list_newer_mails(
        &self,
        state: Option<MailState>,
        after: MailId,
        limit: i64,
    ) -> Result<Vec<OutboxMessage>, StoreError> {
        let sql = "
            SELECT id, template, recipient, state, tries, next_try_at, last_error, created_at, sent_at
            FROM outbox
            WHERE ($1 IS NULL OR state = $1) AND id > $2
            ORDER BY id
            LIMIT $3";
        let rows: Vec<MailRow> =
            on_db!(self, |conn| sqlx::query_as(sql).bind(state).bind(after).bind(limit).fetch_all(conn))?;
        Ok(rows.into_iter().map(OutboxMessage::from).collect())
    }

    /// Returns one mail with its content.
    pub async fn find_mail(&self, id: MailId) -> Result<Option<SealedMessage>, StoreError> {
        let sql = "
            SELECT id, template, recipient, state, tries, next_try_at, last_error, created_at, sent_at, sealed_body
            FROM outbox
            WHERE id = $1";
        let row: Option<WholeMailRow> = on_db!(self, |conn| sqlx::query_as(sql).bind(id).fetch_optional(conn))?;
        Ok(row.map(|WholeMailRow { row, sealed_body }| SealedMessage {
            message: row.into(),
            sealed_body: Some(sealed_body).filter(|body| !body.is_empty()),
        }))
    }

    /// Returns how many mails are in each state.
    pub async fn count_mails(&self) -> Result<Vec<(MailState, i64)>, StoreError> {
        let sql = "SELECT state, count(*) FROM outbox GROUP BY state";
        on_db!(self, |conn| sqlx::query_as(sql).fetch_all(conn))
    }
}
