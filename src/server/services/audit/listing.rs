//! The page of the log for administrators.

use super::{AuditPage, AuditPlace, AuditQuery, AuditService};
use crate::{
    model::{AuditId, AuditList, COUNTED},
    server::{
        domain::Actor,
        services::{Caller, Cursor, ServiceError, audit_view},
    },
};
use std::time::Duration;

/// How many events are on a page.
const ROWS: i64 = 50;
/// How far back the page goes unless a time is asked for.
const RECENT: Duration = Duration::from_hours(90 * 24);

impl AuditService {
    /// Returns the page to show for what was typed.
    pub async fn view(
        &self,
        search: &str,
        from: Cursor<AuditId>,
        reader: Actor,
        caller: &Caller,
    ) -> Result<AuditList, ServiceError> {
        let now = self.core.now();
        let list = AuditList {
            search: search.to_owned(),
            problem: None,
            is_recent: false,
            rows: Vec::new(),
            total: 0,
            next: None,
            prev: None,
            now,
        };
        let query: AuditQuery = match search.parse() {
            Ok(query) => query,
            Err(error) => return Ok(AuditList { problem: Some(format!("{}: {error}.", error.name)), ..list }),
        };
        let is_recent = query.filter.created.from.is_none();
        let place = AuditPlace { user: None, from, is_descending: true, limit: ROWS, counted: COUNTED + 1 };
        let found = self.read(&query.since(now - RECENT), place, reader, caller).await?;
        let AuditPage { events, total, next, prev } = found;
        Ok(AuditList { is_recent, rows: events.iter().map(audit_view::line).collect(), total, next, prev, ..list })
    }
}
