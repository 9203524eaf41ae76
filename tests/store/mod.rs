//! The store's contract: the same results from both databases.

mod another_history;
mod attempts;
mod audit;
mod audit_chain;
mod browser_states;
mod bulk;
mod clocks;
mod devices;
mod erasures;
mod import;
mod migrations;
mod one_time_secrets;
mod other_sessions;
mod overview;
mod revocations;
mod session_events;
mod sessions;
mod sweep;
mod unconfirmed;
mod user_words;
mod users;
mod writer;

use crate::app::{BEGIN, TestApp};
use claviger::{
    model::{Network, SessionId, SessionKind, Timestamp, User, UserId},
    server::{
        domain::{Actor, AuditAction, AuditEvent, UserChange},
        randomness::Randomness,
        store::{NewSession, Rotation, UserUpdate},
    },
};
use std::time::Duration;

const MINUTE: Duration = Duration::from_mins(1);
const DAY: Duration = Duration::from_hours(24);

pub fn event(action: AuditAction, subject: Option<UserId>) -> AuditEvent {
    AuditEvent {
        id: Randomness::system().audit_id(BEGIN),
        at: BEGIN,
        action,
        actor: Actor::System,
        session: None,
        subject,
        target: None,
        network: Network::local(),
        agent: "test".into(),
        request_id: "test".into(),
        details: serde_json::json!({}),
    }
}

/// Returns a change of a user in any version, without a notice.
fn update(id: UserId, change: UserChange, event: AuditEvent) -> UserUpdate {
    UserUpdate { id, change, expected: None, notice: None, event }
}

/// Returns a session of this user, as a sign-in at `BEGIN` would start it.
pub fn new_session(user: &User) -> NewSession {
    NewSession {
        id: Randomness::system().session_id(BEGIN),
        user_id: user.id,
        token_version: user.token_version,
        password_epoch: 1,
        kind: SessionKind::Browser,
        network: "198.51.100.7".into(),
        agent: "test".into(),
        idle_until: BEGIN + DAY,
        ends_at: BEGIN + DAY * 2,
        access_until: BEGIN + MINUTE * 15,
        at_most: 100,
        device_words: "test".into(),
        device: None,
        notice: None,
        forgiven: None,
        former: None,
    }
}

async fn started(app: &TestApp, user: &User) -> SessionId {
    let session = new_session(user);
    let id = session.id;
    app.db.insert_session(session, event(AuditAction::SignedIn, Some(user.id))).await.unwrap();
    id
}

fn rotation(session: SessionId, generation: i64, now: Timestamp) -> Rotation {
    Rotation {
        session,
        generation,
        grace_from: now - Duration::from_secs(10),
        idle_until: now + DAY,
        longest: now + DAY * 30,
        access_until: now + MINUTE * 15,
        network: "198.51.100.7".into(),
        agent: "test".into(),
        now,
    }
}
