//! The caller of a request, and where the request came from.

use super::{
    devices::{BACKGROUND, COMMAND_LINE, DeviceId},
    tokens::Claims,
};
use crate::{
    model::{AuditId, Network, Permission, SessionKind, Timestamp, UserId},
    server::domain::{ActingSession, Actor, AuditAction, AuditEvent},
};
use serde_json::Value;

/// Where a request came from, as sessions and the audit log record it.
#[derive(Debug, Clone)]
pub struct Caller {
    pub network: Network,
    /// The User-Agent header, cut to 300 characters and without control characters.
    pub agent: String,
    pub request_id: String,
    /// The ids in the device cookies. At most one of several is genuine.
    pub devices: Vec<DeviceId>,
}

/// A caller with a valid access token or API key.
#[derive(Debug, Clone)]
pub struct Authenticated {
    pub claims: Claims,
    /// How the token arrived: in cookies, or in a header.
    pub kind: SessionKind,
    /// The only permissions that an API key may use; `None` for a session, which may use all of its user's.
    pub scopes: Option<Vec<Permission>>,
}

impl Authenticated {
    /// Returns the actor for what this request writes. The write requires that the session is still live.
    pub fn actor(&self) -> Actor {
        let Claims { user, session, version, .. } = self.claims;
        Actor::SignedIn(ActingSession { user, session, token_version: version })
    }
}

impl Caller {
    /// The caller of commands run on the machine itself.
    pub fn command_line() -> Self {
        Self {
            network: Network::local(),
            agent: COMMAND_LINE.to_owned(),
            request_id: "cli".to_owned(),
            devices: Vec::new(),
        }
    }

    /// The caller of what Claviger does on its own.
    pub fn background() -> Self {
        Self { agent: BACKGROUND.to_owned(), request_id: "job".to_owned(), ..Self::command_line() }
    }

    /// Builds an audit event caused by this caller.
    pub fn event(
        &self,
        id: AuditId,
        at: Timestamp,
        action: AuditAction,
        actor: Actor,
        subject: Option<UserId>,
    ) -> AuditEvent {
        AuditEvent {
            id,
            at,
            action,
            actor,
            session: if let Actor::SignedIn(acting) = actor { Some(acting.session) } else { None },
            subject,
            target: None,
            network: self.network.clone(),
            agent: self.agent.clone(),
            request_id: self.request_id.clone(),
            details: Value::Object(serde_json::Map::new()),
        }
    }
}
