//! What happened to sessions lately, and how often.

use super::{
    Db, StoreError,
    db::{execute, on_db, on_tx},
};
use crate::model::{EventId, Minute, SessionId, Timestamp, UserId};

/// Something that happened to a session.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct SessionEventRow {
    pub id: EventId,
    pub at: Timestamp,
    /// `started`, `renewed`, `ended` or `suspected`.
    pub what: String,
    pub session_id: SessionId,
    pub user_id: UserId,
    pub reason: Option<String>,
    /// The user's address now; none if the user is gone.
    pub email: Option<String>,
}

macro_rules! select_events {
    ($rest:literal) => {
        concat!(
            "SELECT session_events.id, at, what, session_id, user_id, reason, users.email
             FROM session_events
             LEFT JOIN users ON users.id = session_events.user_id ",
            $rest
        )
    };
}

impl Db {
    /// Writes events of this node down, and adds the addresses of their users.
    pub async fn insert_session_events(
        &self,
        node: String,
        events: Vec<SessionEventRow>,
    ) -> Result<Vec<SessionEventRow>, StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let sql = "
                    INSERT INTO session_events (id, node, at, what, session_id, user_id, reason)
                    VALUES ($1, $2, $3, $4, $5, $6, $7)
                    RETURNING (SELECT email FROM users WHERE users.id = user_id)";
                let mut written = Vec::with_capacity(events.len());
                for event in events {
                    let email: Option<String> = on_tx!(tx, |conn| sqlx::query_scalar(sql)
                        .bind(event.id)
                        .bind(node.as_str())
                        .bind(event.at)
                        .bind(event.what.as_str())
                        .bind(event.session_id)
                        .bind(event.user_id)
                        .bind(event.reason.as_deref())
                        .fetch_one(conn))?;
                    written.push(SessionEventRow { email, ..event });
                }
                Ok(written)
            })
        })
        .await
    }

    /// The events of other nodes than `node` from `since` on, the oldest first.
    pub async fn session_events_of_others(
        &self,
        node: &str,
        since: EventId,
        limit: u32,
    ) -> Result<Vec<SessionEventRow>, StoreError> {
        let sql = select_events!("WHERE session_events.id >= $1 AND node <> $2 ORDER BY session_events.id LIMIT $3");
        on_db!(self, |conn| sqlx::query_as(sql).bind(since).bind(node).bind(i64::from(limit)).fetch_all(conn))
    }

    /// The latest event; none if none is remembered.
    pub async fn latest_session_event(&self) -> Result<Option<EventId>, StoreError> {
        let sql = "SELECT id FROM session_events ORDER BY id DESC LIMIT 1";
        on_db!(self, |conn| sqlx::query_scalar(sql).fetch_optional(conn))
    }

    /// Whether this event is still remembered.
    pub async fn has_session_event(&self, id: EventId) -> Result<bool, StoreError> {
        let sql = "SELECT id FROM session_events WHERE id = $1";
        let found: Option<EventId> = on_db!(self, |conn| sqlx::query_scalar(sql).bind(id).fetch_optional(conn))?;
        Ok(found.is_some())
    }

    /// The events after `last`, the oldest first. Those of other nodes than its own begin at `others_from`
    /// already: they may have been committed later than their ids tell.
    pub async fn session_events_after(
        &self,
        last: EventId,
        others_from: EventId,
        limit: u32,
    ) -> Result<Vec<SessionEventRow>, StoreError> {
        let sql = select_events!(
            "WHERE session_events.id >= $2 AND session_events.id <> $1
               AND (session_events.id > $1
                    OR node <> COALESCE((SELECT known.node FROM session_events AS known WHERE known.id = $1), node))
             ORDER BY session_events.id
             LIMIT $3"
        );
        on_db!(self, |conn| sqlx::query_as(sql).bind(last).bind(others_from).bind(i64::from(limit)).fetch_all(conn))
    }

    /// Adds to the figures of a minute.
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
                let Minute { at, started, renewed, ended, refused } = minute;
                execute!(tx, sql, at, node.as_str(), started, renewed, ended, refused).map(drop)
            })
        })
        .await
    }

    /// The figures of all nodes by minute from `since` on, the oldest first.
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
        let minute = |(at, started, renewed, ended, refused)| Minute { at, started, renewed, ended, refused };
        Ok(rows.into_iter().map(minute).collect())
    }
}
