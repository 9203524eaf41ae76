//! `POST /users/{id}/ban`, `/unban`, `/unlock`, `/verify`, and the roles and sessions of one user.

use super::{
    body::Sent,
    etag::IfMatch,
    id::PathId,
    list::{Cursors, ListQuery, ListResponse, NoFilters, PageRequest},
    session_response::SessionResponse,
    users,
};
use crate::{
    model::{BAN_REASON, Timestamp, UserId},
    server::{
        domain::{SessionFilter, UserChange},
        http::{
            extractors::{RequirePermission, RolesRead, RolesWrite, SessionsRead, UsersWrite},
            problem::Problem,
            state::AppState,
        },
        services::{Caller, SessionQuery},
    },
};
use axum::{Json, extract::State, response::Response};
use serde::{Deserialize, Serialize};

/// Until when (RFC 3339) and why a user is banned. Without an end, for good.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BanRequest {
    until: Option<String>,
    reason: Option<String>,
}

/// The roles of a user, by name.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserRoles {
    roles: Vec<String>,
}

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
    let change = request.read(state.services.clock.now())?;
    users::write(&state, id, change, &condition, admin.actor(), &caller).await?;
    users::respond(&state, id, &admin.permissions(&state)).await
}

/// Lifts a ban.
pub async fn unban(
    State(state): State<AppState>,
    caller: Caller,
    admin: RequirePermission<UsersWrite>,
    PathId(id): PathId<UserId>,
    condition: IfMatch,
) -> Result<Response, Problem> {
    users::write(&state, id, UserChange::Unban, &condition, admin.actor(), &caller).await?;
    users::respond(&state, id, &admin.permissions(&state)).await
}

/// Marks the email address of a user as verified.
pub async fn verify(
    State(state): State<AppState>,
    caller: Caller,
    admin: RequirePermission<UsersWrite>,
    PathId(id): PathId<UserId>,
    condition: IfMatch,
) -> Result<Response, Problem> {
    users::write(&state, id, UserChange::Verified, &condition, admin.actor(), &caller).await?;
    users::respond(&state, id, &admin.permissions(&state)).await
}

/// Opens the locks on the email address and the username of a user.
pub async fn unlock(
    State(state): State<AppState>,
    caller: Caller,
    admin: RequirePermission<UsersWrite>,
    PathId(id): PathId<UserId>,
    condition: IfMatch,
) -> Result<Response, Problem> {
    let user = state.services.users.find(id).await?.ok_or(Problem::NotFound)?;
    condition.expected(user.version)?;
    state.services.users.unlock(&user, admin.actor(), &caller).await?;
    users::respond(&state, id, &admin.permissions(&state)).await
}

/// Returns the roles of a user.
pub async fn roles(
    State(state): State<AppState>,
    _: RequirePermission<RolesRead>,
    PathId(id): PathId<UserId>,
) -> Result<Json<UserRoles>, Problem> {
    let user = state.services.users.find(id).await?.ok_or(Problem::NotFound)?;
    Ok(Json(UserRoles { roles: user.roles }))
}

/// Replaces the roles of a user.
pub async fn set_roles(
    State(state): State<AppState>,
    caller: Caller,
    _: RequirePermission<RolesWrite>,
    PathId(id): PathId<UserId>,
    condition: IfMatch,
    sent: Sent<RequirePermission<RolesWrite>, UserRoles>,
) -> Result<Json<UserRoles>, Problem> {
    let (admin, UserRoles { roles }) = sent.read().await?;
    users::write(&state, id, UserChange::Roles(roles), &condition, admin.actor(), &caller).await?;
    let user = state.services.users.find(id).await?.ok_or(Problem::NotFound)?;
    Ok(Json(UserRoles { roles: user.roles }))
}

/// Lists the live sessions of a user.
pub async fn sessions(
    State(state): State<AppState>,
    _: RequirePermission<SessionsRead>,
    PathId(id): PathId<UserId>,
    ListQuery { page, .. }: ListQuery<NoFilters>,
) -> Result<ListResponse<SessionResponse>, Problem> {
    state.services.users.find(id).await?.ok_or(Problem::NotFound)?;
    let filter = SessionFilter { user: Some(id), ..SessionFilter::default() };
    let query = SessionQuery { filter, limit: page.limit(), ..SessionQuery::default() };
    let part = state.services.monitor.part(query, page.place()?).await?.ok_or_else(PageRequest::over)?;
    let now = state.services.clock.now();
    let sessions = part.sessions.into_iter().map(|session| SessionResponse::any(session, now)).collect();
    Ok(page.answer(sessions, part.total, Cursors::of(part.next, part.prev)))
}

impl BanRequest {
    fn read(self, now: Timestamp) -> Result<UserChange, Problem> {
        let until: Option<Timestamp> = match self.until.map(|text| text.parse()) {
            None => None,
            Some(Ok(until)) if until > now => Some(until),
            Some(Ok(_)) => return Err(Problem::of_field("until", &"Must be in the future")),
            Some(Err(_)) => return Err(Problem::of_field("until", &"Must be a date and time as in RFC 3339")),
        };
        let reason = self.reason.map(|reason| reason.trim().to_owned()).filter(|reason| !reason.is_empty());
        match &reason {
            Some(reason) if reason.chars().count() > BAN_REASON || reason.chars().any(char::is_control) => {
                Err(Problem::of_field("reason", &"Use at most 500 characters, on one line"))
            }
            _ => Ok(UserChange::Ban { until, reason }),
        }
    }
}
