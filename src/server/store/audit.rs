//! The audit log: append-only, written in the transaction of its cause. Events of anonymous callers are limited.

use super::{
    Db, StoreError,
    db::{Tx, execute, on_tx},
};
use crate::{
    model::{AuditId, SessionId, Timestamp, UserId},
    server::domain::{Actor, AuditAction, AuditEvent, AuditOutcome, AuditTarget, PastEvent, TargetKind},
};

/// How many events of one action are kept per user and hour, where they are limited. The rest is counted.
const KEPT_AN_HOUR: i64 = 20;
/// How many networks and users are counted separately per action and hour. The rest is counted together.
const COUNTED_APART: i64 = 100;
const OTHERS: &str = "others";
const HOUR: i64 = 3_600_000;

#[derive(sqlx::FromRow)]
pub(super) struct AuditRow {
    id: AuditId,
    sequence: Option<i64>,
    at: Timestamp,
    action: String,
    actor_kind: String,
    actor_id: Option<UserId>,
    actor_name: Option<String>,
    session_id: Option<SessionId>,
    target_kind: Option<String>,
    target_id: Option<String>,
    target_name: Option<String>,
    network: String,
    agent: String,
    request_id: String,
    outcome: AuditOutcome,
    details: String,
}

impl From<AuditRow> for PastEvent {
    fn from(row: AuditRow) -> Self {
        let kind = row.target_kind.and_then(|kind| kind.parse().ok());
        Self {
            id: row.id,
            sequence: row.sequence,
            at: row.at,
            action: row.action,
            actor: match (row.actor_id, row.actor_kind.as_str()) {
                (Some(user), _) => Actor::User(user),
                (None, "cli") => Actor::Cli,
                (None, "system") => Actor::System,
                (None, _) => Actor::Anonymous,
            },
            actor_name: row.actor_name,
            session: row.session_id,
            target: kind.zip(row.target_id).map(|(kind, id)| AuditTarget { kind, id, name: row.target_name }),
            network: row.network,
            agent: row.agent,
            request_id: row.request_id,
            outcome: row.outcome,
            details: row.details.parse().unwrap_or_default(),
        }
    }
}

/// Selects events as [`AuditRow`]; continues after `FROM audit`.
macro_rules! select_event {
    ($rest:literal) => {
        concat!(
            "
            SELECT id, sequence, at, action, actor_kind, actor_id, actor_name, session_id, target_kind, target_id,
                   target_name, network, agent, request_id, outcome, details
            FROM audit ",
            $rest
        )
    };
}

pub(super) use select_event;

impl Db {
    /// Records an event that belongs to no other write.
    pub async fn insert_audit(&self, event: AuditEvent) -> Result<(), StoreError> {
        self.write(move |tx| Box::pin(async move { insert(tx, &event).await })).await
    }
}

/// Records an event. Anonymous events are recorded one by one only if they concern a user, and only a limited
/// number per hour; the rest is counted. Otherwise anyone could grow the log without an account. Denials of users
/// are limited likewise.
pub(super) async fn insert(tx: &mut Tx, event: &AuditEvent) -> Result<(), StoreError> {
    if event.actor != Actor::Anonymous && event.action != AuditAction::AccessDenied {
        return append(tx, event).await;
    }
    match event.subject {
        Some(user) if has_room(tx, event, user).await? => append(tx, event).await,
        Some(user) => count(tx, event, &user.to_string()).await,
        None => count(tx, event, &event.network.of_subscriber()).await,
    }
}

/// Returns the actor as an ended session stores it: a user's id, or the kind.
pub(super) fn ended_by(actor: Actor) -> String {
    actor.user().map_or_else(|| actor.kind().to_owned(), |user| user.to_string())
}

/// Users are named as they are called now, so that the log can be read after they are renamed or deleted.
async fn append(tx: &mut Tx, event: &AuditEvent) -> Result<(), StoreError> {
    let sql = "
        INSERT INTO audit
          (id, at, action, actor_kind, actor_id, subject_id, network, agent, request_id, details, outcome, session_id,
           target_kind, target_id, target_name, actor_name)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,
                COALESCE($15, (SELECT COALESCE(username, email) FROM users WHERE $13 = 'user' AND id = $14)),
                (SELECT COALESCE(username, email) FROM users WHERE id = $5))";
    let of_subject = event.subject.map(|user| AuditTarget::new(TargetKind::User, &user));
    let target = event.target.as_ref().or(of_subject.as_ref());
    execute!(
        tx,
        sql,
        event.id,
        event.at,
        event.action,
        event.actor.kind(),
        event.actor.user(),
        event.subject,
        event.network.as_str(),
        event.agent.as_str(),
        event.request_id.as_str(),
        event.details.to_string(),
        event.action.outcome(),
        event.session,
        target.map(|target| target.kind.to_string()),
        target.map(|target| target.id.as_str()),
        target.and_then(|target| target.name.as_deref()),
    )
    .map(drop)
}

async fn has_room(tx: &mut Tx, event: &AuditEvent, user: UserId) -> Result<bool, StoreError> {
    let sql = "
        SELECT count(*)
        FROM (
          SELECT id FROM audit
          WHERE (actor_kind = 'anonymous' OR outcome = 'denied') AND subject_id = $1 AND action = $2 AND id >= $3
          LIMIT $4
        ) AS kept";
    let first = AuditId::first_at(Timestamp(hour_of(event)));
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
