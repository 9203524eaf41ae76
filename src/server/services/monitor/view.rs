//! Returns the page of sessions for the URL of the monitor page.

use super::{MonitorService, SessionPage, SessionQuery};
use crate::{
    model::{EventId, MonitorView, MonitoredPart},
    server::{
        domain::SessionFilter,
        services::{Cursor, ServiceError, session_view},
    },
};

/// How many sessions are on a page.
const ROWS: i64 = 25;

impl MonitorService {
    /// Returns the page to show. This is the first page if the cursor is invalid, or if a page read backward
    /// reaches the start and may be short.
    pub async fn view(&self, view: &MonitorView) -> Result<MonitoredPart, ServiceError> {
        let query = query_of(view);
        let from = Cursor::read(&view.after, &view.before);
        let is_backward = matches!(from, Cursor::Before(_));
        let part = self.part(query.clone(), from).await?;
        let is_short = |part: &SessionPage| is_backward && part.prev.is_none();
        let part = match part.filter(|part| !is_short(part)) {
            Some(part) => part,
            None => self.part(query, Cursor::Start).await?.unwrap_or_default(),
        };
        let (SessionPage { sessions, total, next, prev }, now) = (part, self.core.now());
        let sessions = sessions.into_iter().map(|session| session_view::session(session, now)).collect();
        Ok(MonitoredPart { sessions, total, next, prev })
    }

    /// Returns the latest event. A stream that begins after it misses nothing that happens after this call.
    pub async fn latest_event(&self) -> Result<Option<EventId>, ServiceError> {
        Ok(self.core.db.latest_session_event().await?)
    }
}

fn query_of(view: &MonitorView) -> SessionQuery {
    SessionQuery {
        filter: SessionFilter {
            search: view.search.clone(),
            state: view.state.parse().ok(),
            kind: view.kind.parse().ok(),
            user: view.user.parse().ok(),
        },
        sort: view.sort(),
        limit: ROWS,
    }
}
