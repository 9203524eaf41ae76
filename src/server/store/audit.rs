//! The audit log: append-only, written in the transaction of its cause. Events of anonymous callers are limited.

use super::{
    Db, StoreError,
    db::{Tx, execute, on_db, on_tx},
};
use crate::{
    model::{AuditId, Timestamp, UserId},
    server::domain::{Actor, AuditEvent, PastEvent},
};

/// How many anonymous events of one action are kept per user and hour. The rest is counted.
const KEPT_AN_HOUR: i64 = 20;
/// How many networks and users are counted separately per action and hour. The rest is counted together.
const COUNTED_APART: i64 = 100;
const OTHERS: &str = "others";
const HOUR: i64 = 3_600_000;

#[derive(sqlx::FromRow)]
struct AuditRow {
    at: Timestamp,
    action: String,
    actor_kind: String,
    actor_id: Option<UserId>,
    network: String,
    agent: String,
    details: String,
}

impl AuditRow {
    /// Returns the event; `None` for an action that this version does not know.
    fn into_event(self) -> Option<PastEvent> {
        Some(PastEvent {
            at: self.at,
            action: self.action.parse().ok()?,
            actor: match (self.actor_id, self.actor_kind.as_str()) {
                (Some(user), _) => Actor::User(user),
                (None, "cli") => Actor::Cli,
                (None, "system") => Actor::System,
                (None, _) => Actor::Anonymous,
            },
            network: self.network,
            agent: self.agent,
            details: self.details.parse().unwrap_or_default(),
        })
    }
}

impl Db {
    /// Records an event that belongs to no other write.
    pub async fn insert_audit(&self, event: AuditEvent) -> Result<(), StoreError> {
        self.write(move |tx| Box::pin(async move { insert(tx, &event).await })).await
    }

    /// Returns the latest `limit` events about a user, newest first.
    pub async fn latest_audit_of(&self, subject: UserId, limit: i64) -> Result<Vec<PastEvent>, StoreError> {
        let sql = "
            SELECT at, action, actor_kind, actor_id, network, agent, details
            FROM audit
            WHERE subject_id = $1
            ORDER BY id DESC
            LIMIT $2";
        let rows: Vec<AuditRow> = on_db!(self, |conn| sqlx::query_as(sql).bind(subject).bind(limit).fetch_all(conn))?;
        Ok(rows.into_iter().filter_map(AuditRow::into_event).collect())
    }
}

/// Records an event. Anonymous events are recorded one by one only if they concern a user, and only a limited
/// number per hour; the rest is counted. Otherwise anyone could grow the log without an account.
pub(super) async fn insert(tx: &mut Tx, event: &AuditEvent) -> Result<(), StoreError> {
    if event.actor != Actor::Anonymous {
        return append(tx, event).await;
    }
    match event.subject {
        Some(user) if has_room(tx, event, user).await? => append(tx, event).await,
        Some(user) => count(tx, event, &user.to_string()).await,
        None => count(tx, event, &event.network.of_subscriber()).await,
    }
}

/// Returns the kind of actor as the log stores it.
fn kind_of(actor: Actor) -> &'static str {
    match actor {
        Actor::SignedIn(_) | Actor::User(_) => "user",
        Actor::Cli => "cli",
        Actor::System => "system",
        Actor::Anonymous => "anonymous",
    }
}

/// Returns the actor as an ended session stores it: a user's id, or the kind.
pub(super) fn ended_by(actor: Actor) -> String {
    actor.user().map_or_else(|| kind_of(actor).to_owned(), |user| user.to_string())
}

async fn append(tx: &mut Tx, event: &AuditEvent) -> Result<(), StoreError> {
    let sql = "
        INSERT INTO audit
          (id, at, action, actor_kind, actor_id, subject_id, network, agent, request_id, details)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    execute!(
        tx,
        sql,
        event.id,
        event.at,
        event.action,
        kind_of(event.actor),
        event.actor.user(),
        event.subject,
        event.network.as_str(),
        event.agent.as_str(),
        event.request_id.as_str(),
        event.details.to_string(),
    )
    .map(drop)
}

async fn has_room(tx: &mut Tx, event: &AuditEvent, user: UserId) -> Result<bool, StoreError> {
    let sql = "
        SELECT count(*)
        FROM (
          SELECT id FROM audit
          WHERE actor_kind = 'anonymous' AND subject_id = $1 AND action = $2 AND id >= $3
          LIMIT $4
        ) AS kept";
    let first = AuditId::from_parts(u64::try_from(hour_of(event)).unwrap_or(0), 0);
    let kept: i64 = on_tx!(tx, |conn| sqlx::query_scalar(sql)
        .bind(user)
        .bind(event.action)
        .bind(first)
        .bind(KEPT_AN_HOUR)
        .fetch_one(conn))?;
    Ok(kept < KEPT_AN_HOUR)
}

async fn count(tx: &mut Tx, event: &AuditEvent, scope: &str) -> Result<(), StoreError> {
    let sql = "
        INSERT INTO audit_counts (hour, action, scope, count)
        SELECT $1, $2, CASE
            WHEN EXISTS (SELECT 1 FROM audit_counts WHERE hour = $1 AND action = $2 AND scope = $3) THEN $3
            WHEN (SELECT count(*) FROM audit_counts WHERE hour = $1 AND action = $2) < $4 THEN $3
            ELSE $5
          END, 1
        WHERE TRUE
        ON CONFLICT (hour, action, scope) DO UPDATE
        SET count = audit_counts.count + 1";
    execute!(tx, sql, hour_of(event), event.action, scope, COUNTED_APART, OTHERS).map(drop)
}

fn hour_of(event: &AuditEvent) -> i64 {
    event.at.0 - event.at.0.rem_euclid(HOUR)
}
