//! Describes audit events for pages.

use super::devices;
use crate::{
    model::{AuditChange, AuditLine, AuditParty, OpenAuditEvent, Page, Timestamp},
    server::domain::{Actor, AuditOutcome, AuditTarget, PastEvent, TargetKind},
};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Describes an event in the list.
pub fn line(event: &PastEvent) -> AuditLine {
    AuditLine {
        id: event.id.to_string(),
        at: event.at,
        actor: actor(event.actor, event.actor_name.as_deref()),
        action: event.action.clone(),
        target: event.target.as_ref().map(target),
        is_denied: event.outcome == AuditOutcome::Denied,
        network: event.network.clone(),
    }
}

/// Describes an event with all that was recorded.
pub fn open(event: PastEvent, now: Timestamp) -> OpenAuditEvent {
    let line = line(&event);
    let mut details = if let Value::Object(details) = event.details { details } else { Map::new() };
    let (old, new) = (object(details.remove("old")), object(details.remove("new")));
    let fields: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let changes = fields.into_iter().map(|field| AuditChange {
        field: field.clone(),
        old: text(old.get(field)),
        new: text(new.get(field)),
    });
    OpenAuditEvent {
        line,
        sequence: event.sequence,
        changes: changes.collect(),
        reason: details.remove("reason").map(|reason| text(Some(&reason))),
        details: details.iter().map(|(name, value)| (name.clone(), text(Some(value)))).collect(),
        device: devices::in_words(&event.agent),
        agent: event.agent,
        session: event.session.map(|id| id.to_string()),
        request_id: event.request_id,
        now,
    }
}

fn actor(actor: Actor, name: Option<&str>) -> AuditParty {
    let id = actor.user().map(|user| user.to_string());
    AuditParty {
        kind: actor.kind().to_owned(),
        name: name.or(id.as_deref()).unwrap_or_default().to_owned(),
        address: id.as_deref().map(|id| Page::User.about(id)),
        id,
    }
}

fn target(target: &AuditTarget) -> AuditParty {
    let AuditTarget { kind, id, name } = target;
    AuditParty {
        kind: kind.to_string(),
        name: name.as_ref().unwrap_or(id).clone(),
        address: match kind {
            TargetKind::User => Some(Page::User.about(id)),
            TargetKind::AuditEvent => Some(Page::AuditEvent.about(id)),
            _ => None,
        },
        id: Some(id.clone()),
    }
}

fn object(value: Option<Value>) -> Map<String, Value> {
    if let Some(Value::Object(object)) = value { object } else { Map::new() }
}

/// Writes a value as people read it: lists with commas, nothing for what is missing.
fn text(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(values)) => values.iter().map(|value| text(Some(value))).collect::<Vec<_>>().join(", "),
        Some(other) => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::text;
    use serde_json::json;

    #[test]
    fn values_are_written_as_people_read_them() {
        let values = [json!("a"), json!(["x", "y"]), json!(true), json!(null), json!({ "a": 1 })];
        assert_eq!(values.map(|value| text(Some(&value))), ["a", "x, y", "true", "", r#"{"a":1}"#]);
    }
}
