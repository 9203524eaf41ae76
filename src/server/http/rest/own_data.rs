//! `GET /users/me/data` and `GET /users/me/audit-events`: what is kept about the user.

use super::{
    list::{Cursors, ListQuery, ListResponse, NoFilters},
    profile::ProfileResponse,
    session_response::SessionResponse,
};
use crate::{
    model::{SessionId, Timestamp, UserId},
    server::{
        domain::{KnownSince, OwnData, PastEvent},
        http::{extractors::SignedIn, problem::Problem, state::AppState},
        services::{AuditPlace, AuditQuery, Caller, devices, security_log::is_by_administrator},
    },
};
use axum::{Json, extract::State};
use serde::Serialize;

/// Everything about one user.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OwnDataResponse {
    downloaded_at: String,
    profile: ProfileResponse,
    sessions: Vec<SessionResponse>,
    devices: Vec<DeviceResponse>,
    /// Newest first.
    events: Vec<OwnEventResponse>,
}

/// A browser that has signed in before. Nothing else is known about it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DeviceResponse {
    first_seen_at: String,
    last_seen_at: String,
}

/// An entry of the audit log. The devices, networks and sessions of other people are private.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OwnEventResponse {
    id: String,
    at: String,
    action: String,
    outcome: String,
    device: Option<String>,
    network: Option<String>,
    session_id: Option<String>,
}

/// Returns everything about the user. Needs a fresh sign-in.
pub async fn show(
    State(state): State<AppState>,
    caller: Caller,
    SignedIn(who): SignedIn,
) -> Result<Json<OwnDataResponse>, Problem> {
    let data = state.services.own_account.data(&who, &caller).await?;
    Ok(Json(OwnDataResponse::of(data, who.claims.session, state.services.clock.now())))
}

/// Lists the events about the user and those by the user about no one else, newest first.
pub async fn events(
    State(state): State<AppState>,
    SignedIn(who): SignedIn,
    ListQuery { page, .. }: ListQuery<NoFilters>,
) -> Result<ListResponse<OwnEventResponse>, Problem> {
    let user = who.claims.user;
    let place = AuditPlace {
        user: Some(user),
        from: page.place()?,
        is_descending: true,
        limit: page.limit(),
        counted: page.counted(),
    };
    let found = state.services.audit.page(&AuditQuery::default(), place).await?;
    let events = found.events.into_iter().map(|event| OwnEventResponse::of(event, user)).collect();
    Ok(page.answer(events, found.total, Cursors::of(found.next, found.prev)))
}

impl OwnDataResponse {
    /// Shows everything to the user, who reads it in the session `current`.
    pub fn of(data: OwnData, current: SessionId, now: Timestamp) -> Self {
        let OwnData { user, sessions, devices, events } = data;
        let owner = user.id;
        Self {
            downloaded_at: now.to_string(),
            profile: ProfileResponse::of(user, now),
            sessions: sessions.into_iter().map(|session| SessionResponse::own(session, current, now)).collect(),
            devices: devices.into_iter().map(DeviceResponse::from).collect(),
            events: events.into_iter().map(|event| OwnEventResponse::of(event, owner)).collect(),
        }
    }
}

impl From<KnownSince> for DeviceResponse {
    fn from(device: KnownSince) -> Self {
        Self { first_seen_at: device.first_seen_at.to_string(), last_seen_at: device.last_seen_at.to_string() }
    }
}

impl OwnEventResponse {
    fn of(event: PastEvent, owner: UserId) -> Self {
        let is_private = is_by_administrator(&event, owner);
        let own = |value| Some(value).filter(|_| !is_private);
        Self {
            id: event.id.to_string(),
            at: event.at.to_string(),
            action: event.action,
            outcome: event.outcome.to_string(),
            device: own(devices::in_words(&event.agent)),
            network: own(event.network),
            session_id: event.session.and_then(|id| own(id.to_string())),
        }
    }
}
