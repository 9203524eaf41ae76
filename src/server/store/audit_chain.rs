//! The chain of the audit log: seals events, reads them in order, and deletes those past their retention.

use super::{
    Db, StoreError,
    db::{execute, on_db},
};
use crate::{
    model::{AuditId, Timestamp, UserId},
    server::domain::{AuditSeal, ChainEvent, ChainHead, ChainPlace, PrunedRange},
};

/// The lock that every write of the chain takes.
pub(super) const CHAIN: &str = "audit chain";

#[derive(Clone, sqlx::FromRow)]
pub(super) struct ChainRow {
    id: AuditId,
    at: Timestamp,
    action: String,
    actor_kind: String,
    actor_id: Option<String>,
    subject_id: Option<String>,
    target_kind: Option<String>,
    target_id: Option<String>,
    outcome: String,
    request_id: String,
    actor_name: Option<String>,
    target_name: Option<String>,
    session_id: Option<String>,
    network: String,
    agent: String,
    details: String,
    sequence: Option<i64>,
    salt: Option<String>,
    details_hash: Option<String>,
    previous_hash: Option<String>,
    hash: Option<String>,
    erasure: Option<String>,
}

impl ChainRow {
    /// Takes out what tells about a user: what the user acted with, or an anonymous caller who may be the same
    /// person; and what the event says about the user.
    pub(super) fn without(mut self, user: UserId) -> Self {
        let user = Some(user.to_string());
        let is_about = self.subject_id == user;
        if self.actor_id == user || (is_about && self.actor_kind == "anonymous") {
            (self.actor_name, self.session_id) = (None, None);
            (self.network, self.agent) = (String::new(), String::new());
        }
        if is_about || self.subject_id.is_none() {
            (self.target_name, self.details) = (None, "{}".to_owned());
        }
        self
    }
}

impl From<ChainRow> for ChainEvent {
    fn from(row: ChainRow) -> Self {
        let seal = row.sequence.map(|sequence| AuditSeal {
            sequence,
            salt: row.salt.unwrap_or_default(),
            details_hash: row.details_hash.unwrap_or_default(),
            previous_hash: row.previous_hash.unwrap_or_default(),
            hash: row.hash.unwrap_or_default(),
            erasure: row.erasure,
        });
        Self {
            envelope: [
                Some(row.id.to_string()),
                Some(row.at.0.to_string()),
                Some(row.action),
                Some(row.actor_kind),
                row.actor_id,
                row.subject_id,
                row.target_kind,
                row.target_id,
                Some(row.outcome),
                Some(row.request_id),
            ],
            details: [
                row.actor_name,
                row.target_name,
                row.session_id,
                Some(row.network),
                Some(row.agent),
                Some(row.details),
            ],
            id: row.id,
            at: row.at,
            seal,
        }
    }
}

macro_rules! select_chain {
    ($rest:literal) => {
        concat!(
            "
            SELECT id, at, action, actor_kind, actor_id, subject_id, target_kind, target_id, outcome, request_id,
                   actor_name, target_name, session_id, network, agent, details, sequence, salt, details_hash,
                   previous_hash, hash, erasure
            FROM audit ",
            $rest
        )
    };
}

pub(super) use select_chain;

#[derive(sqlx::FromRow)]
struct RangeRow {
    first_sequence: i64,
    last_sequence: i64,
    last_hash: String,
    signature: String,
}

impl From<RangeRow> for PrunedRange {
    fn from(row: RangeRow) -> Self {
        let RangeRow { first_sequence, last_sequence, last_hash, signature } = row;
        Self { first: first_sequence, last: last_sequence, last_hash, signature }
    }
}

macro_rules! select_range {
    ($rest:literal) => {
        concat!("SELECT first_sequence, last_sequence, last_hash, signature FROM audit_pruned ", $rest)
    };
}

impl Db {
    /// Returns up to `limit` events that are not sealed, oldest first.
    pub async fn unsealed_events(&self, limit: i64) -> Result<Vec<ChainEvent>, StoreError> {
        let sql = select_chain!("WHERE sequence IS NULL ORDER BY id LIMIT $1");
        let rows: Vec<ChainRow> = on_db!(self, |conn| sqlx::query_as(sql).bind(limit).fetch_all(conn))?;
        Ok(rows.into_iter().map(ChainEvent::from).collect())
    }

    /// Returns the first event that is not sealed.
    pub async fn oldest_unsealed_event(&self) -> Result<Option<AuditId>, StoreError> {
        let sql = "SELECT id FROM audit WHERE sequence IS NULL ORDER BY id LIMIT 1";
        on_db!(self, |conn| sqlx::query_scalar(sql).fetch_optional(conn))
    }

    /// Returns the last event, sealed or not.
    pub async fn newest_event(&self) -> Result<Option<AuditId>, StoreError> {
        let sql = "SELECT id FROM audit ORDER BY id DESC LIMIT 1";
        on_db!(self, |conn| sqlx::query_scalar(sql).fetch_optional(conn))
    }

    /// Returns up to `limit` sealed events from this place of the chain on, in its order.
    pub async fn sealed_events(&self, from: i64, limit: i64) -> Result<Vec<ChainEvent>, StoreError> {
        let sql = select_chain!("WHERE sequence >= $1 ORDER BY sequence LIMIT $2");
        let rows: Vec<ChainRow> = on_db!(self, |conn| sqlx::query_as(sql).bind(from).bind(limit).fetch_all(conn))?;
        Ok(rows.into_iter().map(ChainEvent::from).collect())
    }

    /// Returns the recorded end of the chain; `Missing` if it was deleted.
    pub async fn chain_head(&self) -> Result<ChainHead, StoreError> {
        let sql = "SELECT sequence, hash FROM audit_head";
        let found: Option<(i64, String)> = on_db!(self, |conn| sqlx::query_as(sql).fetch_optional(conn))?;
        found.map(|(sequence, hash)| ChainHead { sequence, hash }).ok_or(StoreError::Missing)
    }

    /// Returns what is at this place of the chain.
    pub async fn chain_place(&self, sequence: i64) -> Result<Option<ChainPlace>, StoreError> {
        let sql = select_chain!("WHERE sequence = $1");
        let row: Option<ChainRow> = on_db!(self, |conn| sqlx::query_as(sql).bind(sequence).fetch_optional(conn))?;
        match row {
            Some(row) => Ok(Some(ChainPlace::Event(Box::new(row.into())))),
            // In this order: an event that is deleted meanwhile is in a range by then.
            None => Ok(self.pruned_range(sequence).await?.map(ChainPlace::Pruned)),
        }
    }

    /// Appends events to the chain, which must still end in `head`, and there must be such an end; else `Changed`.
    pub async fn seal_events(&self, head: ChainHead, seals: Vec<(AuditId, AuditSeal)>) -> Result<(), StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                tx.lock(CHAIN).await?;
                let Some((_, last)) = seals.last() else { return Ok(()) };
                let sql = "
                    UPDATE audit_head
                    SET sequence = $1, hash = $2
                    WHERE sequence = $3 AND hash = $4
                      AND (EXISTS (SELECT 1 FROM audit WHERE sequence = $3 AND hash = $4)
                        OR EXISTS (SELECT 1 FROM audit_pruned WHERE last_sequence = $3 AND last_hash = $4)
                        OR $3 = 0 AND NOT EXISTS (SELECT 1 FROM audit_pruned))";
                if execute!(tx, sql, last.sequence, last.hash.as_str(), head.sequence, head.hash.as_str())? == 0 {
                    return Err(StoreError::Changed);
                }
                let sql = "
                    UPDATE audit
                    SET sequence = $2, salt = $3, details_hash = $4, previous_hash = $5, hash = $6
                    WHERE id = $1 AND sequence IS NULL";
                for (id, seal) in &seals {
                    let AuditSeal { sequence, salt, details_hash, previous_hash, hash, .. } = seal;
                    let texts = [salt, details_hash, previous_hash, hash].map(String::as_str);
                    let [salt, details_hash, previous_hash, hash] = texts;
                    if execute!(tx, sql, *id, *sequence, salt, details_hash, previous_hash, hash)? == 0 {
                        return Err(StoreError::Changed);
                    }
                }
                Ok(())
            })
        })
        .await
    }

    /// Returns the pruned range that holds this place of the chain.
    pub async fn pruned_range(&self, sequence: i64) -> Result<Option<PrunedRange>, StoreError> {
        let sql = select_range!("WHERE first_sequence <= $1 AND last_sequence >= $1");
        let row: Option<RangeRow> = on_db!(self, |conn| sqlx::query_as(sql).bind(sequence).fetch_optional(conn))?;
        Ok(row.map(PrunedRange::from))
    }

    /// Returns a pruned range that is outside of the chain, or whose events are there.
    pub async fn stray_range(&self) -> Result<Option<PrunedRange>, StoreError> {
        let sql = select_range!(
            "WHERE first_sequence < 1 OR last_sequence < first_sequence
                OR last_sequence > (SELECT sequence FROM audit_head)
                OR EXISTS (SELECT 1 FROM audit WHERE sequence BETWEEN first_sequence AND last_sequence)
             ORDER BY first_sequence
             LIMIT 1"
        );
        let row: Option<RangeRow> = on_db!(self, |conn| sqlx::query_as(sql).fetch_optional(conn))?;
        Ok(row.map(PrunedRange::from))
    }

    /// Returns how many sealed events were deleted because of their age.
    pub async fn count_pruned_events(&self) -> Result<i64, StoreError> {
        let sql = "SELECT CAST(COALESCE(sum(last_sequence - first_sequence + 1), 0) AS BIGINT) FROM audit_pruned";
        on_db!(self, |conn| sqlx::query_scalar(sql).fetch_one(conn))
    }

    /// Returns the first `limit` sealed events that have expired, in order of the chain: of anonymous callers before
    /// the one id, of anyone before the other, and those of users who never verified their email address and are gone.
    pub async fn expired_events(
        &self,
        anonymous_before: AuditId,
        before: AuditId,
        limit: i64,
    ) -> Result<Vec<ChainEvent>, StoreError> {
        let sql = select_chain!(
            "WHERE sequence IN (
               SELECT sequence FROM (
                 SELECT sequence FROM audit
                 WHERE actor_kind = 'anonymous' AND id < $1 AND sequence IS NOT NULL
                 UNION
                 SELECT sequence FROM audit WHERE id < $2 AND sequence IS NOT NULL
                 UNION
                 SELECT sequence FROM audit INNER JOIN deleted_users ON deleted_users.user_id = audit.subject_id
                 WHERE NOT was_confirmed AND (actor_kind = 'anonymous' OR actor_id = user_id) AND sequence IS NOT NULL
               ) AS expired
               ORDER BY sequence
               LIMIT $3
             )
             ORDER BY sequence"
        );
        let rows: Vec<ChainRow> =
            on_db!(self, |conn| sqlx::query_as(sql).bind(anonymous_before).bind(before).bind(limit).fetch_all(conn))?;
        Ok(rows.into_iter().map(ChainEvent::from).collect())
    }

    /// Deletes the `count` events of a range, and records the range in place of those within it. `Changed` if other
    /// events are there than counted: another node was faster.
    pub async fn prune_events(&self, range: PrunedRange, count: usize) -> Result<(), StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                tx.lock(CHAIN).await?;
                let PrunedRange { first, last, last_hash, signature } = range;
                let deleted = execute!(tx, "DELETE FROM audit WHERE sequence BETWEEN $1 AND $2", first, last)?;
                if usize::try_from(deleted) != Ok(count) {
                    return Err(StoreError::Changed);
                }
                execute!(tx, "DELETE FROM audit_pruned WHERE first_sequence BETWEEN $1 AND $2", first, last)?;
                let sql = "
                    INSERT INTO audit_pruned (first_sequence, last_sequence, last_hash, signature)
                    VALUES ($1, $2, $3, $4)";
                execute!(tx, sql, first, last, last_hash, signature).map(drop)
            })
        })
        .await
    }
}
