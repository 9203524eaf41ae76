//! `/audit-events`: the audit log, read and exported.

use super::{
    audit_event_response::AuditEventResponse,
    id::PathId,
    list::{Cursors, ListQuery, ListResponse, PageRequest, parsed},
};
use crate::{
    model::{AuditId, UserId},
    server::{
        http::{
            extractors::{AuditRead, RequirePermission},
            problem::Problem,
            state::AppState,
        },
        services::{AuditPlace, AuditQuery, Caller, QueryError},
    },
};
use axum::{Json, extract::State};
use serde::Deserialize;

/// Filters and sort order of the log.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditListQuery {
    /// The id, email address or username of a user, or a kind such as `cli`.
    actor: Option<String>,
    target: Option<String>,
    /// Names, separated by commas: `user.*` is all that begin so, `-session.*` leaves those out.
    action: Option<String>,
    outcome: Option<String>,
    /// `>=2026-01-01`, `<2026-02-01`, or both with a comma between.
    created: Option<String>,
    /// The same conditions as words, as people type them on the page.
    search: Option<String>,
    sort: Option<String>,
}

/// Lists events, newest first.
pub async fn list(
    State(state): State<AppState>,
    caller: Caller,
    reader: RequirePermission<AuditRead>,
    ListQuery { filters, page }: ListQuery<AuditListQuery>,
) -> Result<ListResponse<AuditEventResponse>, Problem> {
    respond(&state, None, filters, page, &reader, &caller).await
}

/// Lists the events about a user, and those by the user about no one else.
pub async fn of_user(
    State(state): State<AppState>,
    caller: Caller,
    reader: RequirePermission<AuditRead>,
    PathId(id): PathId<UserId>,
    ListQuery { filters, page }: ListQuery<AuditListQuery>,
) -> Result<ListResponse<AuditEventResponse>, Problem> {
    state.services.users.find(id).await?.ok_or(Problem::NotFound)?;
    respond(&state, Some(id), filters, page, &reader, &caller).await
}

/// Returns one event.
pub async fn show(
    State(state): State<AppState>,
    caller: Caller,
    reader: RequirePermission<AuditRead>,
    PathId(id): PathId<AuditId>,
) -> Result<Json<AuditEventResponse>, Problem> {
    let event = state.services.audit.open(id, reader.actor(), &caller).await?.ok_or(Problem::NotFound)?;
    Ok(Json(event.into()))
}

async fn respond(
    state: &AppState,
    user: Option<UserId>,
    filters: AuditListQuery,
    page: PageRequest,
    reader: &RequirePermission<AuditRead>,
    caller: &Caller,
) -> Result<ListResponse<AuditEventResponse>, Problem> {
    let sort = parsed::<Order>(filters.sort.clone(), "sort", "Must be createdAt or -createdAt")?;
    let query = filters.query()?;
    let is_descending = sort.is_none_or(|order| order == Order::Descending);
    let place = AuditPlace { user, from: page.place()?, is_descending, limit: page.limit(), counted: page.counted() };
    let found = state.services.audit.read(&query, place, reader.actor(), caller).await?;
    let events = found.events.into_iter().map(AuditEventResponse::from).collect();
    Ok(page.answer(events, found.total, Cursors::of(found.next, found.prev)))
}

impl AuditListQuery {
    /// Reads the filters.
    pub fn query(self) -> Result<AuditQuery, Problem> {
        let Self { actor, target, action, outcome, created, search, sort: _ } = self;
        let named = |error: QueryError| Problem::of_field("search", &format!("{}: {error}", error.name));
        let mut query: AuditQuery = search.unwrap_or_default().parse().map_err(named)?;
        for (name, value) in
            [("actor", actor), ("target", target), ("action", action), ("outcome", outcome), ("created", created)]
        {
            query.add(name, &value.unwrap_or_default()).map_err(|error| Problem::of_field(name, &error))?;
        }
        Ok(query)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::EnumString)]
enum Order {
    #[strum(serialize = "createdAt")]
    Ascending,
    #[strum(serialize = "-createdAt")]
    Descending,
}
