//! Lists sessions, figures and refresh histories for the monitor.

use super::MonitorService;
use crate::{
    model::{
        ListPlace, MonitoredPart, Overview, RenewalLine, SessionDetail, SessionId, SessionKind, SessionSort, UserId,
        pasted,
    },
    server::{
        services::{
            ServiceError, devices,
            part::Part,
            told::{self, Told},
        },
        store::{RenewalRow, SessionFilter, SessionsFrom},
    },
};
use std::time::Duration;

/// How many characters of a search are used.
const SEARCH: usize = 200;
const HOUR: Duration = Duration::from_hours(1);

/// Filter, order and size of a page of sessions.
#[derive(Debug, Clone, Default)]
pub struct SessionQuery {
    /// Part of an address, name or device, ignoring case; empty for all.
    pub search: String,
    /// `None` for all live sessions.
    pub state: Option<StateFilter>,
    pub kind: Option<SessionKind>,
    pub user: Option<UserId>,
    pub sort: SessionSort,
    /// The most rows.
    pub limit: i64,
}

/// The state to filter by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateFilter {
    /// Live, without a risk signal.
    Live,
    Suspected,
    Ended,
}

/// Where a page of the list begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cursor {
    Start,
    /// After this many rows.
    Skip(i64),
    After(ListPlace),
    Before(ListPlace),
}

impl MonitorService {
    /// Returns a page of sessions; `None` if the cursor is of another sort order.
    pub async fn part(&self, query: SessionQuery, from: Cursor) -> Result<Option<MonitoredPart>, ServiceError> {
        let now = self.core.now();
        let filter = query.filter();
        let (after, skipped, is_backward) = match from {
            Cursor::Start => (None, 0, false),
            Cursor::Skip(skipped) => (None, skipped, false),
            Cursor::After(place) => (Some(place), 0, false),
            Cursor::Before(place) => (Some(place), 0, true),
        };
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
        Ok(Some(MonitoredPart {
            next: rows.last().filter(|_| has_next).map(|row| row.place(key).to_string()),
            prev: rows.first().filter(|_| has_prev).map(|row| row.place(key).to_string()),
            sessions: rows.into_iter().map(|row| told::session(row, now)).collect(),
            total,
        }))
    }

    /// Returns the figures of all nodes.
    pub async fn overview(&self) -> Result<Overview, ServiceError> {
        let now = self.core.now();
        let db = &self.core.db;
        let (live, suspected, last_hour) = tokio::try_join!(
            db.count_live_sessions(now),
            db.count_suspected_sessions(now),
            db.activity_since(now - HOUR)
        )?;
        Ok(Overview { live, suspected, last_hour, revocation: self.sessions.revocations().delay(), now })
    }

    /// Returns a session with its refresh history.
    pub async fn family(&self, id: SessionId) -> Result<Option<SessionDetail>, ServiceError> {
        let db = &self.core.db;
        let Some(row) = db.find_monitored(id).await? else { return Ok(None) };
        let renewals = db.renewals_of(id).await?;
        let end = told::end(db, &row.session, Told::Reader).await?;
        Ok(Some(SessionDetail {
            session: told::session(row, self.core.now()),
            end,
            renewals: renewals.into_iter().map(renewal).collect(),
        }))
    }
}

impl SessionQuery {
    fn filter(&self) -> SessionFilter {
        SessionFilter {
            search: pasted::search(&self.search).chars().take(SEARCH).collect(),
            state: match self.state {
                None => "",
                Some(StateFilter::Live) => "live",
                Some(StateFilter::Suspected) => "suspected",
                Some(StateFilter::Ended) => "ended",
            },
            kind: match self.kind {
                None => "",
                Some(SessionKind::Browser) => "browser",
                Some(SessionKind::Api) => "api",
            },
            user: self.user.map(|id| id.to_string()).unwrap_or_default(),
        }
    }
}

fn renewal(row: RenewalRow) -> RenewalLine {
    let RenewalRow { generation, at, network, agent } = row;
    RenewalLine { generation, at, device: devices::in_words(&agent), network }
}
