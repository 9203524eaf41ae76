//! `GET /audit-events/export`: the events that match the filters of the list, oldest first.

use super::{
    audit::AuditListQuery,
    audit_event_response::AuditEventFields,
    export::{self, Format, PART, Part, Source},
};
use crate::{
    model::AuditId,
    server::{
        http::{
            extractors::{AuditRead, RequirePermission},
            problem::Problem,
            state::AppState,
        },
        services::{AuditQuery, Caller, ServiceError},
    },
};
use axum::{extract::State, http::Uri, response::Response};

/// Streams the events that match. The export is an event itself.
pub async fn export(
    State(state): State<AppState>,
    caller: Caller,
    reader: RequirePermission<AuditRead>,
    uri: Uri,
) -> Result<Response, Problem> {
    let (filters, format) = Format::read::<AuditListQuery>(&uri)?;
    let query = filters.query()?;
    state.services.audit.exported(&query, format.into_str(), reader.actor(), &caller).await?;
    export::respond(state, reader, query, format)
}

impl Source for AuditQuery {
    type Row = AuditEventFields;
    type Place = AuditId;
    type Permission = AuditRead;
    const FILE: &'static str = "audit-log";
    const COLUMNS: &'static [&'static str] = &AuditEventFields::NAMES;

    async fn part(&self, state: &AppState, after: Option<AuditId>) -> Result<Part<Self>, ServiceError> {
        let events = state.services.audit.after(self, after, PART).await?;
        let is_full = i64::try_from(events.len()).is_ok_and(|found| found >= PART);
        let next = events.last().filter(|_| is_full).map(|event| event.id);
        Ok((events.into_iter().map(AuditEventFields::from).collect(), next))
    }

    fn cells(row: AuditEventFields) -> Vec<String> {
        row.cells().to_vec()
    }
}
