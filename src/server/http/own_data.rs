//! Lets users download what is kept about them.

use super::{
    guards::see_other,
    picture_form::{browser, sign_in},
    problem::Problem,
    rest::{ProfileResponse, SessionResponse},
    state::AppState,
};
use crate::{
    model::{Page, SessionId, Timestamp, UserId},
    server::{
        domain::{KnownSince, OwnData, PastEvent},
        services::{Caller, OwnAccountError, devices},
    },
};
use axum::{
    Json,
    extract::{Request, State},
    http::header,
    response::{IntoResponse, Response},
};
use serde::Serialize;

/// Everything about one user.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OwnDataResponse {
    downloaded_at: String,
    profile: ProfileResponse,
    sessions: Vec<SessionResponse>,
    devices: Vec<DeviceResponse>,
    /// Newest first.
    events: Vec<EventResponse>,
}

/// A browser that has signed in before. Nothing else is known about it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DeviceResponse {
    first_seen_at: String,
    last_seen_at: String,
}

/// An entry of the audit log. The devices and networks of other people are private.
#[derive(Serialize)]
struct EventResponse {
    at: String,
    action: String,
    device: Option<String>,
    network: Option<String>,
}

/// Sends the user's own data as a file. If the sign-in is not fresh, leads to the page that asks for the password.
pub async fn download(State(state): State<AppState>, caller: Caller, request: Request) -> Result<Response, Problem> {
    let (parts, _) = request.into_parts();
    let Some(who) = browser(&parts) else { return Ok(sign_in()) };
    let data = match state.services.own_account.data(&who, &caller).await {
        Ok(data) => data,
        Err(OwnAccountError::NotFresh) => {
            return Ok(see_other(&Page::Confirm.with([("next", Page::OwnAccount.path())])));
        }
        Err(error) => return Err(error.into()),
    };
    let file = [(header::CONTENT_DISPOSITION, "attachment; filename=\"account.json\"")];
    let response = OwnDataResponse::of(data, who.claims.session, state.services.clock.now());
    Ok((file, Json(response)).into_response())
}

impl OwnDataResponse {
    fn of(data: OwnData, current: SessionId, now: Timestamp) -> Self {
        let OwnData { user, sessions, devices, events } = data;
        let owner = user.id;
        Self {
            downloaded_at: now.to_string(),
            profile: ProfileResponse::of(user, now),
            sessions: sessions.into_iter().map(|session| SessionResponse::own(session, current, now)).collect(),
            devices: devices.into_iter().map(DeviceResponse::from).collect(),
            events: events.into_iter().map(|event| EventResponse::of(event, owner)).collect(),
        }
    }
}

impl From<KnownSince> for DeviceResponse {
    fn from(device: KnownSince) -> Self {
        Self { first_seen_at: device.first_seen_at.to_string(), last_seen_at: device.last_seen_at.to_string() }
    }
}

impl EventResponse {
    fn of(event: PastEvent, owner: UserId) -> Self {
        let is_others = event.actor.user().is_some_and(|actor| actor != owner);
        let (device, network) =
            if is_others { (None, None) } else { (Some(devices::in_words(&event.agent)), Some(event.network)) };
        Self { at: event.at.to_string(), action: event.action, device, network }
    }
}
