//! `/admin/sessions` and `DELETE /admin/users/{id}/sessions`: sessions of all users.

use super::{
    id::PathId,
    list::{Cursors, ListResponse, PageRequest},
    session_row::SessionJson,
};
use crate::{
    model::{RenewalLine, SessionDetail, SessionId, SessionKind, SessionSort, UserId},
    server::{
        http::{
            extractors::{RequirePermission, SessionsRead, SessionsRevoke},
            problem::Problem,
            state::AppState,
        },
        services::{Caller, Ending, SessionQuery, StateFilter},
    },
};
use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
    http::StatusCode,
};
use serde::{Deserialize, Serialize};

/// Filters and sort order of the session list.
#[derive(Deserialize)]
pub struct SessionListQuery {
    search: Option<String>,
    state: Option<String>,
    kind: Option<String>,
    user: Option<String>,
    sort: Option<String>,
}

/// A session with its refresh history.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionDetailResponse {
    #[serde(flatten)]
    session: SessionJson,
    renewals: Vec<RefreshRecord>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RefreshRecord {
    generation: i64,
    at: String,
    device: String,
    network: String,
}

/// Lists sessions: by default the live ones, newest first.
pub async fn list(
    State(state): State<AppState>,
    _: RequirePermission<SessionsRead>,
    asked: Result<Query<SessionListQuery>, QueryRejection>,
    page: PageRequest,
) -> Result<Json<ListResponse<SessionJson>>, Problem> {
    let Query(asked) = asked.map_err(|_| Problem::BadRequest("The query can't be read"))?;
    let mut query = asked.read()?;
    query.limit = page.limit();
    let part = state.services.monitor.part(query, page.place()?).await?.ok_or_else(PageRequest::over)?;
    let sessions = part.sessions.into_iter().map(SessionJson::from).collect();
    Ok(Json(page.answer(sessions, usize::try_from(part.total).unwrap_or(0), Cursors::of(part.next, part.prev))))
}

/// Returns one session with its refresh history.
pub async fn show(
    State(state): State<AppState>,
    _: RequirePermission<SessionsRead>,
    PathId(id): PathId<SessionId>,
) -> Result<Json<SessionDetailResponse>, Problem> {
    let family = state.services.monitor.family(id).await?;
    family.map(|family| Json(family.into())).ok_or(Problem::NotFound)
}

/// Ends one session.
pub async fn end(
    State(state): State<AppState>,
    caller: Caller,
    admin: RequirePermission<SessionsRevoke>,
    PathId(id): PathId<SessionId>,
) -> Result<StatusCode, Problem> {
    end_these(&state, Ending::One(id), &admin, &caller).await
}

/// Ends all sessions of a user.
pub async fn end_of_user(
    State(state): State<AppState>,
    caller: Caller,
    admin: RequirePermission<SessionsRevoke>,
    PathId(id): PathId<UserId>,
) -> Result<StatusCode, Problem> {
    end_these(&state, Ending::OfUser(id), &admin, &caller).await
}

async fn end_these(
    state: &AppState,
    which: Ending,
    admin: &RequirePermission<SessionsRevoke>,
    caller: &Caller,
) -> Result<StatusCode, Problem> {
    let ended = state.services.monitor.end(which, admin.actor(), caller).await?;
    ended.map(|_| StatusCode::NO_CONTENT).ok_or(Problem::NotFound)
}

impl SessionListQuery {
    fn read(self) -> Result<SessionQuery, Problem> {
        let state = match self.state.as_deref() {
            None | Some("") => None,
            Some("live") => Some(StateFilter::Live),
            Some("suspected") => Some(StateFilter::Suspected),
            Some("ended") => Some(StateFilter::Ended),
            Some(_) => return Err(Problem::of_field("state", &"Use live, suspected or ended")),
        };
        let kind = match self.kind.as_deref() {
            None | Some("") => None,
            Some("browser") => Some(SessionKind::Browser),
            Some("api") => Some(SessionKind::Api),
            Some(_) => return Err(Problem::of_field("kind", &"Use browser or api")),
        };
        let user = match self.user.as_deref() {
            None | Some("") => None,
            Some(id) => Some(id.parse().map_err(|_| Problem::of_field("user", &"Use a user's id"))?),
        };
        let sort = match self.sort.as_deref() {
            None | Some("") => SessionSort::default(),
            Some(text) => text.parse().map_err(|()| Problem::of_field("sort", &SORTS))?,
        };
        Ok(SessionQuery { search: self.search.unwrap_or_default(), state, kind, user, sort, limit: 0 })
    }
}

const SORTS: &str = "Use user, createdAt, lastSeenAt, accessExpiresAt, refreshExpiresAt or generation, with - before it \
                     for the other direction";

impl std::convert::From<SessionDetail> for SessionDetailResponse {
    fn from(family: SessionDetail) -> Self {
        Self {
            session: SessionJson::from(family.session).with_end(family.end),
            renewals: family.renewals.into_iter().map(RefreshRecord::from).collect(),
        }
    }
}

impl std::convert::From<RenewalLine> for RefreshRecord {
    fn from(line: RenewalLine) -> Self {
        let RenewalLine { generation, at, device, network } = line;
        Self { generation, at: at.to_string(), device, network }
    }
}
