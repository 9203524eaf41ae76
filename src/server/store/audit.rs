//! The audit log: append-only, written in the transaction of its cause. Events of anonymous callers are limited.

use super::{
    ActingSession, Db, StoreError,
    db::{Tx, execute, on_db, on_tx},
};
use crate::model::{AuditId, Network, Timestamp, UserId};

/// How many anonymous events of one action are kept per user and hour. The rest is counted.
const KEPT_AN_HOUR: i64 = 20;
/// How many networks and users are counted separately per action and hour. The rest is counted together.
const COUNTED_APART: i64 = 100;
const OTHERS: &str = "others";
const HOUR: i64 = 3_600_000;

/// Who caused an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// A user with a session, which must still be alive and have the same token version at the write.
    SignedIn(ActingSession),
    /// A user with a password or a link, which the operation itself checks.
    User(UserId),
    /// An operator on the machine's command line.
    Cli,
    /// Claviger itself.
    System,
    /// A caller who is not signed in.
    Anonymous,
}

macro_rules! actions {
    ($($name:ident = $text:literal),+ $(,)?) => {
        /// The kind of event.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Action { $($name),+ }

        impl Action {
            /// Returns the name in the log.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }

            /// Returns the action with this name in the log.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$name),)+ _ => None }
            }
        }
    };
}

actions! {
    AdministratorSetUp = "administrator.set_up",
    EmailChangeRequested = "email.change_requested",
    EmailChangeStopped = "email.change_stopped",
    EmailChanged = "email.changed",
    EmailLinkRequested = "email.link_requested",
    InvitationRevoked = "user.invitation_revoked",
    Invited = "user.invited",
    LockOpened = "lock.opened",
    LockSet = "lock.set",
    MailResent = "mail.resent",
    OtherSessionsEnded = "session.others_ended",
    PasswordChanged = "password.changed",
    PasswordReset = "password.reset",
    PasswordResetRequested = "password.reset_requested",
    RegistrationRepeated = "registration.repeated",
    RolesChanged = "user.roles_changed",
    SessionConfirmed = "session.confirmed",
    SessionEnded = "session.ended",
    SessionReplayed = "session.replayed",
    SessionsEnded = "sessions.ended",
    SignInFailed = "sign_in.failed",
    SignedIn = "sign_in.succeeded",
    SignedOut = "sign_out",
    SignedOutEverywhere = "sign_out.everywhere",
    UserBanned = "user.banned",
    UserChanged = "user.changed",
    UserCreated = "user.created",
    UserRegistered = "user.registered",
    UserDeleted = "user.deleted",
    UserUnbanned = "user.unbanned",
    UserVerified = "user.verified",
}

/// An audit event. Details never hold a secret.
#[derive(Debug, Clone)]
pub struct AuditEvent {
    pub id: AuditId,
    pub at: Timestamp,
    pub action: Action,
    pub actor: Actor,
    pub subject: Option<UserId>,
    pub network: Network,
    pub agent: String,
    pub request_id: String,
    pub details: serde_json::Value,
}

/// An audit event read from the log.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct AuditRow {
    pub at: Timestamp,
    pub action: String,
    pub actor_kind: String,
    pub actor_id: Option<String>,
    pub network: String,
    pub agent: String,
    pub details: String,
}

impl Actor {
    /// Returns the kind of actor as the log stores it.
    pub fn name(self) -> &'static str {
        match self {
            Self::SignedIn(_) | Self::User(_) => "user",
            Self::Cli => "cli",
            Self::System => "system",
            Self::Anonymous => "anonymous",
        }
    }

    /// Returns the actor as an ended session stores it: a user's id, or the kind.
    pub fn stored(self) -> String {
        match self {
            Self::SignedIn(ActingSession { user, .. }) | Self::User(user) => user.to_string(),
            other => other.name().to_owned(),
        }
    }
}

impl Db {
    /// Records an event that belongs to no other write.
    pub async fn insert_audit(&self, event: AuditEvent) -> Result<(), StoreError> {
        self.write(move |tx| Box::pin(async move { insert(tx, &event).await })).await
    }

    /// Returns the latest `limit` events about a user, newest first.
    pub async fn latest_audit_of(&self, subject: UserId, limit: i64) -> Result<Vec<AuditRow>, StoreError> {
        let sql = "
            SELECT at, action, actor_kind, actor_id, network, agent, details
            FROM audit
            WHERE subject_id = $1
            ORDER BY id DESC
            LIMIT $2";
        on_db!(self, |conn| sqlx::query_as(sql).bind(subject).bind(limit).fetch_all(conn))
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

async fn append(tx: &mut Tx, event: &AuditEvent) -> Result<(), StoreError> {
    let sql = "
        INSERT INTO audit
          (id, at, action, actor_kind, actor_id, subject_id, network, agent, request_id, details)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let actor_id = match event.actor {
        Actor::SignedIn(ActingSession { user, .. }) | Actor::User(user) => Some(user),
        _ => None,
    };
    execute!(
        tx,
        sql,
        event.id,
        event.at,
        event.action.as_str(),
        event.actor.name(),
        actor_id,
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
        .bind(event.action.as_str())
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
    execute!(tx, sql, hour_of(event), event.action.as_str(), scope, COUNTED_APART, OTHERS).map(drop)
}

fn hour_of(event: &AuditEvent) -> i64 {
    event.at.0 - event.at.0.rem_euclid(HOUR)
}
