//! Who asks, and from where.

use super::{
    devices::{COMMAND_LINE, DeviceId},
    tokens::Claims,
};
use crate::{
    model::{AuditId, Network, SessionKind, Timestamp, UserId},
    server::store::{ActingSession, Action, Actor, AuditEvent},
};
use serde_json::Value;

/// Where a request comes from: what sessions remember and the audit log writes.
#[derive(Debug, Clone)]
pub struct Caller {
    pub network: Network,
    /// The browser's name, cut to 300 characters, without control characters.
    pub agent: String,
    pub request_id: String,
    /// What the device's cookie says; of several, one is good at most.
    pub devices: Vec<DeviceId>,
}

/// Someone who showed a good token.
#[derive(Debug, Clone)]
pub struct Authenticated {
    pub claims: Claims,
    /// How the token came: in cookies, or in a header.
    pub kind: SessionKind,
}

impl Authenticated {
    /// The actor of what this request writes: its session must still be alive then.
    pub fn actor(&self) -> Actor {
        let Claims { user, session, version, .. } = self.claims;
        Actor::SignedIn(ActingSession { user, session, token_version: version })
    }
}

impl Caller {
    /// Somebody at the machine's command line.
    pub fn command_line() -> Self {
        Self {
            network: Network::local(),
            agent: COMMAND_LINE.to_owned(),
            request_id: "cli".to_owned(),
            devices: Vec::new(),
        }
    }

    /// An audit event caused by this caller.
    pub fn event(
        &self,
        id: AuditId,
        at: Timestamp,
        action: Action,
        actor: Actor,
        subject: Option<UserId>,
    ) -> AuditEvent {
        AuditEvent {
            id,
            at,
            action,
            actor,
            subject,
            network: self.network.clone(),
            agent: self.agent.clone(),
            request_id: self.request_id.clone(),
            details: Value::Object(serde_json::Map::new()),
        }
    }
}
