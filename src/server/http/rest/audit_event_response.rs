//! An audit event as JSON.

use crate::server::domain::{Actor, AuditTarget, PastEvent};
use serde::Serialize;
use serde_json::{Map, Value};

/// One event, with its address.
#[derive(Debug, Serialize)]
pub struct AuditEventResponse {
    #[serde(flatten)]
    fields: AuditEventFields,
    links: Links,
}

/// The fields of an event. Those that it does not have are left out.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditEventFields {
    id: String,
    /// Its place in the chain; `null` for about a second, until it is sealed.
    sequence: Option<i64>,
    at: String,
    actor: Party,
    action: String,
    target: Option<Party>,
    /// The field that was changed; if there are several, `old` and `new` are objects of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    property: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    old: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    new: Option<Value>,
    network: String,
    agent: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_id: Option<String>,
    request_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    outcome: String,
    /// What else was recorded.
    #[serde(skip_serializing_if = "Map::is_empty")]
    details: Map<String, Value>,
}

/// Who acted, or what it was about, with the name then.
#[derive(Debug, Serialize)]
struct Party {
    kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    name: Option<String>,
}

#[derive(Debug, Serialize)]
struct Links {
    #[serde(rename = "self")]
    this: String,
}

impl From<PastEvent> for AuditEventResponse {
    fn from(event: PastEvent) -> Self {
        let links = Links { this: format!("/api/v1/audit-events/{}", event.id) };
        Self { fields: event.into(), links }
    }
}

impl From<PastEvent> for AuditEventFields {
    fn from(event: PastEvent) -> Self {
        let mut details = if let Value::Object(details) = event.details { details } else { Map::new() };
        let reason = details.remove("reason").and_then(|reason| reason.as_str().map(str::to_owned));
        let (property, old, new) = change(details.remove("old"), details.remove("new"));
        Self {
            id: event.id.to_string(),
            sequence: event.sequence,
            at: event.at.to_string(),
            actor: actor(event.actor, event.actor_name),
            action: event.action,
            target: event.target.map(|AuditTarget { kind, id, name }| Party {
                kind: kind.to_string(),
                id: Some(id),
                name,
            }),
            property,
            old,
            new,
            network: event.network,
            agent: event.agent,
            session_id: event.session.map(|id| id.to_string()),
            request_id: event.request_id,
            reason,
            outcome: event.outcome.to_string(),
            details,
        }
    }
}

impl AuditEventFields {
    /// The names of the columns of an export.
    pub const NAMES: [&str; 19] = [
        "id",
        "sequence",
        "at",
        "actorKind",
        "actorId",
        "actorName",
        "action",
        "targetKind",
        "targetId",
        "targetName",
        "property",
        "old",
        "new",
        "network",
        "agent",
        "sessionId",
        "requestId",
        "reason",
        "outcome",
    ];

    /// Returns the cells of an export, one for each name.
    pub fn cells(self) -> [String; 19] {
        let value = |value: Option<Value>| value.map(|value| value.to_string()).unwrap_or_default();
        let (target_kind, target_id, target_name) =
            self.target.map(|Party { kind, id, name }| (kind, id, name)).unwrap_or_default();
        [
            self.id,
            self.sequence.map(|sequence| sequence.to_string()).unwrap_or_default(),
            self.at,
            self.actor.kind,
            self.actor.id.unwrap_or_default(),
            self.actor.name.unwrap_or_default(),
            self.action,
            target_kind,
            target_id.unwrap_or_default(),
            target_name.unwrap_or_default(),
            self.property.unwrap_or_default(),
            value(self.old),
            value(self.new),
            self.network,
            self.agent,
            self.session_id.unwrap_or_default(),
            self.request_id,
            self.reason.unwrap_or_default(),
            self.outcome,
        ]
    }
}

fn actor(actor: Actor, name: Option<String>) -> Party {
    let kind = actor.kind().to_owned();
    match actor.user() {
        Some(user) => Party { kind, id: Some(user.to_string()), name },
        None => Party { name: Some(kind.clone()), kind, id: None },
    }
}

/// Returns the one field that was changed with its values, or the objects of all.
fn change(old: Option<Value>, new: Option<Value>) -> (Option<String>, Option<Value>, Option<Value>) {
    let names: Vec<String> =
        [&old, &new].into_iter().flatten().filter_map(Value::as_object).flat_map(Map::keys).cloned().collect();
    let Some(name) = names.first().filter(|first| names.iter().all(|name| name == *first)).cloned() else {
        return (None, old, new);
    };
    let value = |object: Option<Value>| object.and_then(|mut object| object.get_mut(&name).map(Value::take));
    let (old, new) = (value(old), value(new));
    (Some(name), old, new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn one_changed_field_is_named_and_several_are_objects() {
        let roles = change(Some(json!({ "roles": ["user"] })), Some(json!({ "roles": [] })));
        assert_eq!(roles, (Some("roles".to_owned()), Some(json!(["user"])), Some(json!([]))));
        let (old, new) = (json!({ "name": "a", "email": "b" }), json!({ "name": "c", "email": "d" }));
        assert_eq!(change(Some(old.clone()), Some(new.clone())), (None, Some(old), Some(new)));
        assert_eq!(change(None, None), (None, None, None));
    }
}
