//! `/admin/sessions` and `DELETE /admin/users/{id}/sessions`: sessions of all users.

use super::{
    id::PathId,
    list::{Cursors, ListQuery, ListResponse, PageRequest, parsed},
    session_response::SessionResponse,
};
use crate::{
    model::{SessionId, UserId},
    server::{
        domain::{PastRefresh, SessionFilter},
        http::{
            extractors::{RequirePermission, SessionsRead, SessionsRevoke},
            problem::Problem,
            state::AppState,
        },
        services::{Caller, Ending, SessionQuery, devices},
    },
};
use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};

/// Filters and sort order of the session list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
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
    session: SessionResponse,
    refreshes: Vec<RefreshRecord>,
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
    reader: RequirePermission<SessionsRead>,
    ListQuery { filters, page }: ListQuery<SessionListQuery>,
) -> Result<ListResponse<SessionResponse>, Problem> {
    respond(&state, &reader, filters.read()?, page).await
}

/// Responds with a page of the sessions that a query finds.
pub(super) async fn respond(
    state: &AppState,
    reader: &RequirePermission<SessionsRead>,
    query: SessionQuery,
    page: PageRequest,
) -> Result<ListResponse<SessionResponse>, Problem> {
    let query = SessionQuery { limit: page.limit(), ..query };
    let part = state.services.monitor.part(query, page.place()?).await?.ok_or_else(PageRequest::over)?;
    let (now, held) = (state.services.clock.now(), reader.permissions(state));
    let sessions = part.sessions.into_iter().map(|session| SessionResponse::any(session, now).with_links(&held));
    Ok(page.answer(sessions.collect(), part.total, Cursors::of(part.next, part.prev)))
}

/// Returns one session with its refresh history.
pub async fn show(
    State(state): State<AppState>,
    reader: RequirePermission<SessionsRead>,
    PathId(id): PathId<SessionId>,
) -> Result<Json<SessionDetailResponse>, Problem> {
    let found = state.services.monitor.find(id).await?.ok_or(Problem::NotFound)?;
    let session = SessionResponse::any(found.session, state.services.clock.now()).with_end(found.end);
    Ok(Json(SessionDetailResponse {
        session: session.with_links(&reader.permissions(&state)),
        refreshes: found.refreshes.into_iter().map(RefreshRecord::from).collect(),
    }))
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
        Ok(SessionQuery {
            filter: SessionFilter {
                search: self.search.unwrap_or_default(),
                state: parsed(self.state, "state", "Must be live, flagged or ended")?,
                kind: parsed(self.kind, "kind", "Must be browser or api")?,
                user: parsed(self.user, "user", "Must be the id of a user")?,
            },
            sort: parsed(self.sort, "sort", SORTS)?.unwrap_or_default(),
            limit: 0,
        })
    }
}

const SORTS: &str = "Use user, createdAt, lastSeenAt, accessExpiresAt, refreshExpiresAt or generation, with - before it \
                     for the other direction";

impl From<PastRefresh> for RefreshRecord {
    fn from(refresh: PastRefresh) -> Self {
        let PastRefresh { generation, at, network, agent } = refresh;
        Self { generation, at: at.to_string(), device: devices::in_words(&agent), network }
    }
}
