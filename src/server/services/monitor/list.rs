//! Lists sessions, figures and refresh histories for the monitor.

use super::MonitorService;
use crate::{
    model::{Overview, RefreshLine, SessionDetail, SessionEnd, SessionId, SessionSort, Timestamp, pasted},
    server::{
        domain::{PastRefresh, SessionFilter, UserSession},
        services::{
            ServiceError, devices,
            part::{Cursor, Part},
            session_view::{self, Audience},
        },
        store::SessionsFrom,
    },
};
use std::time::Duration;

/// How many characters of a search are used.
const SEARCH: usize = 200;
const HOUR: Duration = Duration::from_hours(1);

/// Filter, order and size of a page of sessions.
#[derive(Debug, Clone, Default)]
pub struct SessionQuery {
    pub filter: SessionFilter,
    pub sort: SessionSort,
    /// The most rows.
    pub limit: i64,
}

/// A page of sessions.
#[derive(Debug, Clone, Default)]
pub struct SessionPage {
    pub sessions: Vec<UserSession>,
    /// The number of sessions on all pages.
    pub total: i64,
    /// Cursors: the next page begins after `next`, the previous one ends before `prev`.
    pub next: Option<String>,
    pub prev: Option<String>,
}

/// A session with its refresh history, newest first.
#[derive(Debug, Clone)]
pub struct SessionHistory {
    pub session: UserSession,
    pub end: Option<SessionEnd>,
    pub refreshes: Vec<PastRefresh>,
}

impl MonitorService {
    /// Returns a page of sessions; `None` if the cursor is of another sort order.
    pub async fn part(
        &self,
        query: SessionQuery,
        from: Cursor<SessionId>,
    ) -> Result<Option<SessionPage>, ServiceError> {
        let now = self.core.now();
        let search = pasted::search(&query.filter.search).chars().take(SEARCH).collect();
        let filter = SessionFilter { search, ..query.filter };
        let (after, skipped, is_backward) = from.into_parts();
        let key = query.sort.key;
        if after.as_ref().is_some_and(|place| !place.is_of(key)) {
            return Ok(None);
        }
        let is_later = after.is_some() || skipped > 0;
        let sort = SessionSort { is_descending: query.sort.is_descending != is_backward, ..query.sort };
        // One more row than shown tells whether there are more.
        let asked = SessionsFrom { sort, after, skipped, limit: query.limit + 1 };
        let (rows, total) = tokio::try_join!(
            self.core.db.list_sessions(&filter, asked, now),
            self.core.db.count_sessions(&filter, now)
        )?;
        let Part { rows, has_next, has_prev } = Part::of(rows, query.limit, is_backward, is_later);
        Ok(Some(SessionPage {
            next: rows.last().filter(|_| has_next).map(|row| row.place(key).to_string()),
            prev: rows.first().filter(|_| has_prev).map(|row| row.place(key).to_string()),
            sessions: rows,
            total,
        }))
    }

    /// Returns the figures of all nodes.
    pub async fn overview(&self) -> Result<Overview, ServiceError> {
        let now = self.core.now();
        let db = &self.core.db;
        let (live, flagged, last_hour) = tokio::try_join!(
            db.count_live_sessions(now),
            db.count_flagged_sessions(now),
            db.activity_since(now - HOUR)
        )?;
        Ok(Overview { live, flagged, last_hour, revocation: self.sessions.revocations().delay(), now })
    }

    /// Returns a session with its end and its refresh history.
    pub async fn find(&self, id: SessionId) -> Result<Option<SessionHistory>, ServiceError> {
        let db = &self.core.db;
        let Some(session) = db.find_monitored(id).await? else { return Ok(None) };
        let refreshes = db.refreshes_of(id).await?;
        let end = session_view::end(db, &session.session, Audience::Reader).await?;
        Ok(Some(SessionHistory { session, end, refreshes }))
    }
}

impl SessionHistory {
    /// Describes the session for a page.
    pub fn into_page(self, now: Timestamp) -> SessionDetail {
        SessionDetail {
            session: session_view::session(self.session, now),
            end: self.end,
            refreshes: self.refreshes.into_iter().map(refresh_line).collect(),
        }
    }
}

fn refresh_line(refresh: PastRefresh) -> RefreshLine {
    let PastRefresh { generation, at, network, agent } = refresh;
    RefreshLine { generation, at, device: devices::in_words(&agent), network }
}
