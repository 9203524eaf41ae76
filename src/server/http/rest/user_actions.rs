//! `POST /users/{id}/ban`, `/unban`, `/unlock`, `/verify`, `/send-reset`, and the sessions of one user.

use super::{
    admin_sessions,
    body::Sent,
    etag::IfMatch,
    id::PathId,
    list::{ListQuery, ListResponse, NoFilters},
    message::MessageResponse,
    session_response::SessionResponse,
    users,
};
use crate::{
    model::{Ban, NotABan, Timestamp, UserId},
    server::{
        domain::{SessionFilter, UserChange},
        http::{
            extractors::{RequirePermission, SessionsRead, UsersWrite},
            problem::Problem,
            state::AppState,
        },
        services::{Caller, SessionQuery},
        text,
    },
};
use axum::{Json, extract::State, http::StatusCode, response::Response};
use serde::Deserialize;

/// Until when (RFC 3339) and why a user is banned. Without an end, for good.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BanRequest {
    until: Option<String>,
    reason: Option<String>,
}

/// A body without fields, which may be left out.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoFields {}

/// Bans a user and ends every session.
pub async fn ban(
    State(state): State<AppState>,
    caller: Caller,
    _: RequirePermission<UsersWrite>,
    PathId(id): PathId<UserId>,
    condition: IfMatch,
    sent: Sent<RequirePermission<UsersWrite>, BanRequest>,
) -> Result<Response, Problem> {
    let (admin, request) = sent.read_or_default().await?;
    let ban = read_ban(request.until, request.reason, state.services.clock.now())?;
    users::write_and_respond(&state, &admin, id, ban.into(), &condition, &caller).await
}

/// Lifts a ban.
pub async fn unban(
    State(state): State<AppState>,
    caller: Caller,
    _: RequirePermission<UsersWrite>,
    PathId(id): PathId<UserId>,
    condition: IfMatch,
    sent: Sent<RequirePermission<UsersWrite>, NoFields>,
) -> Result<Response, Problem> {
    let (admin, NoFields {}) = sent.read_or_default().await?;
    users::write_and_respond(&state, &admin, id, UserChange::Unban, &condition, &caller).await
}

/// Marks the email address of a user as verified.
pub async fn verify(
    State(state): State<AppState>,
    caller: Caller,
    _: RequirePermission<UsersWrite>,
    PathId(id): PathId<UserId>,
    condition: IfMatch,
    sent: Sent<RequirePermission<UsersWrite>, NoFields>,
) -> Result<Response, Problem> {
    let (admin, NoFields {}) = sent.read_or_default().await?;
    users::write_and_respond(&state, &admin, id, UserChange::Verified, &condition, &caller).await
}

/// Opens the locks on the email address and the username of a user.
pub async fn unlock(
    State(state): State<AppState>,
    caller: Caller,
    _: RequirePermission<UsersWrite>,
    PathId(id): PathId<UserId>,
    condition: IfMatch,
    sent: Sent<RequirePermission<UsersWrite>, NoFields>,
) -> Result<Response, Problem> {
    let (admin, NoFields {}) = sent.read_or_default().await?;
    let user = state.services.users.find(id).await?.ok_or(Problem::NotFound)?;
    condition.expected(user.version)?;
    state.services.users.unlock(&user, admin.actor(), &caller).await?;
    users::respond_to_writer(&state, id, &admin).await
}

/// Mails a user a link that sets a new password, unless one was sent in the last minute.
pub async fn send_reset(
    State(state): State<AppState>,
    caller: Caller,
    _: RequirePermission<UsersWrite>,
    PathId(id): PathId<UserId>,
    sent: Sent<RequirePermission<UsersWrite>, NoFields>,
) -> Result<(StatusCode, Json<MessageResponse>), Problem> {
    let (admin, NoFields {}) = sent.read_or_default().await?;
    let user = state.services.users.find(id).await?.ok_or(Problem::NotFound)?;
    let is_sent = state.services.users.send_reset(id, admin.actor(), &caller).await?;
    let message = if is_sent { text::reset_sent_to(&user.email) } else { text::RESET_JUST_SENT.to_owned() };
    Ok((StatusCode::ACCEPTED, MessageResponse::of(message)))
}

/// Lists the live sessions of a user.
pub async fn sessions(
    State(state): State<AppState>,
    reader: RequirePermission<SessionsRead>,
    PathId(id): PathId<UserId>,
    ListQuery { page, .. }: ListQuery<NoFilters>,
) -> Result<ListResponse<SessionResponse>, Problem> {
    state.services.users.find(id).await?.ok_or(Problem::NotFound)?;
    let filter = SessionFilter { user: Some(id), ..SessionFilter::default() };
    admin_sessions::respond(&state, &reader, SessionQuery { filter, ..SessionQuery::default() }, page).await
}

/// Reads until when and why a user is banned.
pub(super) fn read_ban(until: Option<String>, reason: Option<String>, now: Timestamp) -> Result<Ban, Problem> {
    let until = until.map(|text| text.parse()).transpose();
    let until = until.map_err(|_| Problem::of_field("until", &"Must be a date and time as in RFC 3339"))?;
    Ban::new(until, &reason.unwrap_or_default(), now).map_err(|error| match error {
        NotABan::Past => Problem::of_field("until", &"Must be in the future"),
        NotABan::Reason => Problem::of_field("reason", &"Use at most 500 characters, on one line"),
    })
}
