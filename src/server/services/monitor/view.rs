//! Returns the page of sessions for the URL of the monitor page.

use super::{Cursor, MonitorService, SessionQuery, StateFilter};
use crate::{
    model::{EventId, MonitorView, MonitoredPart, StateWord},
    server::services::ServiceError,
};

/// How many sessions are on a page.
const ROWS: i64 = 50;

impl MonitorService {
    /// Returns the page to show. This is the first page if the cursor is invalid, or if a page read backward
    /// reaches the start and may be short.
    pub async fn view(&self, view: &MonitorView) -> Result<MonitoredPart, ServiceError> {
        let query = query_of(view);
        let from = match (view.after.parse(), view.before.parse()) {
            (Ok(place), _) => Cursor::After(place),
            (_, Ok(place)) => Cursor::Before(place),
            _ => Cursor::Start,
        };
        let is_backward = matches!(from, Cursor::Before(_));
        let part = self.part(query.clone(), from).await?;
        let is_short = |part: &MonitoredPart| is_backward && part.prev.is_none();
        match part.filter(|part| !is_short(part)) {
            Some(part) => Ok(part),
            None => Ok(self.part(query, Cursor::Start).await?.unwrap_or_default()),
        }
    }

    /// Returns the latest event. A stream that begins after it misses nothing that happens after this call.
    pub async fn latest_event(&self) -> Result<Option<EventId>, ServiceError> {
        Ok(self.core.db.latest_session_event().await?)
    }
}

fn query_of(view: &MonitorView) -> SessionQuery {
    SessionQuery {
        search: view.search.clone(),
        state: StateWord::parse(&view.state).map(|state| match state {
            StateWord::Live => StateFilter::Live,
            StateWord::Suspected => StateFilter::Suspected,
            StateWord::Ended => StateFilter::Ended,
        }),
        kind: view.kind.parse().ok(),
        user: view.user.parse().ok(),
        sort: view.sort(),
        limit: ROWS,
    }
}
