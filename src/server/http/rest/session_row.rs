//! A session as it is told to those who may read the sessions of others.

use crate::{
    model::User,
    server::services::{SessionRow, devices},
};
use serde::Serialize;

/// One session, with whose it is.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionOfUser {
    id: String,
    user: Owner,
    kind: String,
    device: String,
    network: String,
    created_at: String,
    last_seen_at: String,
    access_expires_at: String,
    refresh_expires_at: String,
    generation: i64,
    state: &'static str,
    /// Of an ended one: when, by whom (`user`, `system`, `cli`) and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_reason: Option<&'static str>,
}

#[derive(Serialize)]
struct Owner {
    id: String,
    email: String,
    username: Option<String>,
    name: String,
}

impl From<(SessionRow, User)> for SessionOfUser {
    fn from((session, user): (SessionRow, User)) -> Self {
        Self {
            id: session.id.to_string(),
            user: Owner {
                id: user.id.to_string(),
                email: user.email.as_str().to_owned(),
                username: user.username.map(|name| name.as_str().to_owned()),
                name: user.name.as_str().to_owned(),
            },
            kind: session.kind.to_string(),
            device: devices::in_words(&session.agent),
            network: session.network,
            created_at: session.created_at.to_string(),
            last_seen_at: session.last_seen_at.to_string(),
            access_expires_at: session.access_until.to_string(),
            refresh_expires_at: session.idle_until.to_string(),
            generation: session.generation,
            state: if session.ended_at.is_none() { "live" } else { "ended" },
            ended_at: session.ended_at.map(|at| at.to_string()),
            ended_by: session.ended_by,
            end_reason: session.end_reason.map(crate::model::EndReason::as_str),
        }
    }
}
