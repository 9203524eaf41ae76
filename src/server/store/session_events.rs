//! Recent session events and activity counts.

use super::{
    Db, StoreError,
    db::{Tx, execute, on_db, on_tx},
};
use crate::{
    model::{EventId, Minute, SessionId, Timestamp, UserId},
    server::domain::SessionChange,
};

/// An event of a session that is about to be stored.
#[derive(Debug, Clone)]
pub struct NewSessionEvent {
    pub id: EventId,
    /// The process that writes it.
    pub node: String,
    pub at: Timestamp,
    pub what: SessionChange,
    pub session_id: SessionId,
    pub user_id: UserId,
}

/// An event of a session, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEvent {
    pub id: EventId,
    /// Its place in the order of commits of all nodes; 0 if a node of the previous version wrote it.
    pub position: i64,
    /// The process that wrote it.
    pub node: String,
    pub at: Timestamp,
    /// `None` if a later version wrote it and this one does not know it.
    pub what: Option<SessionChange>,
    pub session_id: SessionId,
    pub user_id: UserId,
    /// The user's current address; `None` if the user was deleted.
    pub email: Option<String>,
}

#[derive(sqlx::FromRow)]
struct EventRow {
    id: EventId,
    position: i64,
    node: String,
    at: Timestamp,
    what: String,
    session_id: SessionId,
    user_id: UserId,
    reason: Option<String>,
    email: Option<String>,
}

impl From<EventRow> for StoredEvent {
    fn from(row: EventRow) -> Self {
        let EventRow { id, position, node, at, what, session_id, user_id, reason, email } = row;
        Self { id, position, node, at, what: read_change(&what, reason.as_deref()), session_id, user_id, email }
    }
}

/// Returns the name of a change in the database.
fn stored(change: SessionChange) -> &'static str {
    match change {
        SessionChange::Started => "started",
        SessionChange::Refreshed => "renewed",
        SessionChange::Ended(_) => "ended",
        SessionChange::Flagged(_) => "suspected",
    }
}

fn read_change(stored: &str, reason: Option<&str>) -> Option<SessionChange> {
    match (stored, reason) {
        ("started", _) => Some(SessionChange::Started),
        ("renewed", _) => Some(SessionChange::Refreshed),
        ("ended", Some(reason)) => reason.parse().ok().map(SessionChange::Ended),
        ("suspected", Some(reason)) => reason.parse().ok().map(SessionChange::Flagged),
        _ => None,
    }
}

/// A place in the order of commits and the event there; `None` if it is no longer stored or never was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, sqlx::FromRow)]
pub struct EventPosition {
    pub position: i64,
    pub event: Option<EventId>,
}

macro_rules! select_events {
    ($rest:literal) => {
        concat!(
            "SELECT session_events.id, position, node, at, what, session_id, user_id, reason, users.email
             FROM session_events
             LEFT JOIN users ON users.id = session_events.user_id ",
            $rest
        )
    };
}

impl Db {
    /// Saves events in order. Returns them with their positions and users' addresses. Leaves `empty` positions
    /// before them for lost events, so that readers see the gap.
    pub async fn insert_session_events(
        &self,
        events: Vec<NewSessionEvent>,
        empty: i64,
    ) -> Result<Vec<StoredEvent>, StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                // The counter's row stays locked until the commit, so positions follow the order of commits.
                let sql = "UPDATE counters SET value = value + $1 WHERE name = 'session_events' RETURNING value";
                let taken = i64::try_from(events.len()).unwrap_or(i64::MAX);
                let last: i64 =
                    on_tx!(tx, |conn| sqlx::query_scalar(sql).bind(taken.saturating_add(empty)).fetch_one(conn))?;
                let mut written = Vec::with_capacity(events.len());
                for (position, event) in (last - taken + 1..).zip(events) {
                    written.push(insert(tx, event, position).await?);
                }
                Ok(written)
            })
        })
        .await
    }

    /// Returns the last position taken.
    pub async fn last_event_position(&self) -> Result<EventPosition, StoreError> {
        let sql = "
            SELECT value AS position,
                   (SELECT id FROM session_events WHERE position = counters.value AND position > 0) AS event
            FROM counters
            WHERE name = 'session_events'";
        on_db!(self, |conn| sqlx::query_as(sql).fetch_one(conn))
    }

    /// Returns the events of all nodes from `position` on, in the order of commits.
    pub async fn session_events_from(&self, position: i64, limit: u32) -> Result<Vec<StoredEvent>, StoreError> {
        let sql = select_events!("WHERE position >= $1 AND position > 0 ORDER BY position LIMIT $2");
        let rows: Vec<EventRow> =
            on_db!(self, |conn| sqlx::query_as(sql).bind(position).bind(i64::from(limit)).fetch_all(conn))?;
        Ok(rows.into_iter().map(StoredEvent::from).collect())
    }

    /// Returns events from `since` on that nodes of the previous version wrote, which had no positions.
    pub async fn session_events_without_position(
        &self,
        since: EventId,
        limit: u32,
    ) -> Result<Vec<StoredEvent>, StoreError> {
        let sql = select_events!("WHERE position = 0 AND session_events.id >= $1 ORDER BY session_events.id LIMIT $2");
        let rows: Vec<EventRow> =
            on_db!(self, |conn| sqlx::query_as(sql).bind(since).bind(i64::from(limit)).fetch_all(conn))?;
        Ok(rows.into_iter().map(StoredEvent::from).collect())
    }

    /// Returns the latest event; `None` if none is stored.
    pub async fn latest_session_event(&self) -> Result<Option<EventId>, StoreError> {
        let sql = "SELECT id FROM session_events ORDER BY position DESC, id DESC LIMIT 1";
        on_db!(self, |conn| sqlx::query_scalar(sql).fetch_optional(conn))
    }

    /// Returns the position of this event; `None` if it is no longer stored.
    pub async fn position_of_event(&self, id: EventId) -> Result<Option<i64>, StoreError> {
        let sql = "SELECT position FROM session_events WHERE id = $1";
        on_db!(self, |conn| sqlx::query_scalar(sql).bind(id).fetch_optional(conn))
    }

    /// Adds to the counts of a minute.
    pub async fn add_activity(&self, node: String, minute: Minute) -> Result<(), StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let sql = "
                    INSERT INTO activity (minute, node, started, renewed, ended, refused)
                    VALUES ($1, $2, $3, $4, $5, $6)
                    ON CONFLICT (minute, node) DO UPDATE
                    SET started = activity.started + excluded.started,
                        renewed = activity.renewed + excluded.renewed,
                        ended = activity.ended + excluded.ended,
                        refused = activity.refused + excluded.refused";
                let Minute { at, started, refreshed, ended, rejected } = minute;
                execute!(tx, sql, at, node.as_str(), started, refreshed, ended, rejected).map(drop)
            })
        })
        .await
    }

    /// Returns the counts of all nodes per minute from `since` on, oldest first.
    pub async fn activity_since(&self, since: Timestamp) -> Result<Vec<Minute>, StoreError> {
        let sql = "
            SELECT minute, CAST(sum(started) AS BIGINT), CAST(sum(renewed) AS BIGINT), CAST(sum(ended) AS BIGINT),
                   CAST(sum(refused) AS BIGINT)
            FROM activity
            WHERE minute >= $1
            GROUP BY minute
            ORDER BY minute";
        let rows: Vec<(Timestamp, i64, i64, i64, i64)> =
            on_db!(self, |conn| sqlx::query_as(sql).bind(since).fetch_all(conn))?;
        let minute = |(at, started, refreshed, ended, rejected)| Minute { at, started, refreshed, ended, rejected };
        Ok(rows.into_iter().map(minute).collect())
    }
}

async fn insert(tx: &mut Tx, event: NewSessionEvent, position: i64) -> Result<StoredEvent, StoreError> {
    let sql = "
        INSERT INTO session_events (id, position, node, at, what, session_id, user_id, reason)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        RETURNING (SELECT email FROM users WHERE users.id = user_id)";
    let NewSessionEvent { id, node, at, what, session_id, user_id } = event;
    let email: Option<String> = on_tx!(tx, |conn| sqlx::query_scalar(sql)
        .bind(id)
        .bind(position)
        .bind(node.as_str())
        .bind(at)
        .bind(stored(what))
        .bind(session_id)
        .bind(user_id)
        .bind(what.reason())
        .fetch_one(conn))?;
    Ok(StoredEvent { id, position, node, at, what: Some(what), session_id, user_id, email })
}
