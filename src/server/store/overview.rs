//! What is counted for the overview of the administration.

use super::{
    Db, StoreError,
    db::{execute, on_db},
};
use crate::{
    model::Timestamp,
    server::domain::{HourOfSignIns, SiteCounts},
};
use std::time::Duration;

/// From how many users on their number is not counted for each view of the overview.
const MANY: i64 = 50_000;
const DAY: Duration = Duration::from_hours(24);

#[derive(sqlx::FromRow)]
struct CountsRow {
    users: i64,
    unverified: i64,
    signed_in_today: i64,
    signed_in_lately: i64,
    live_sessions: i64,
    flagged_sessions: i64,
    locked: i64,
    failed_mails: i64,
}

impl Db {
    /// Counts all users, where they are many, for the overviews of the next minute: that takes about 100 ms per million.
    pub async fn recount_users(&self) -> Result<(), StoreError> {
        let sql = "SELECT value, (SELECT count(*) FROM users) FROM counters WHERE name = 'users'";
        let (before, users): (i64, i64) = on_db!(self, |conn| sqlx::query_as(sql).fetch_one(conn))?;
        let value = if users >= MANY { users } else { 0 };
        if value == before {
            return Ok(());
        }
        let sql = "UPDATE counters SET value = $1 WHERE name = 'users'";
        self.write(move |tx| Box::pin(async move { execute!(tx, sql, value).map(drop) })).await
    }

    /// Counts users, sessions and mails. The number of users may be from the last recount.
    pub async fn count_site(&self, now: Timestamp) -> Result<SiteCounts, StoreError> {
        let sql = "
            SELECT
              (SELECT CASE WHEN value > 0 THEN value ELSE (SELECT count(*) FROM users) END
               FROM counters WHERE name = 'users') AS users,
              (SELECT count(*) FROM users WHERE email_verified_at IS NULL) AS unverified,
              (SELECT count(*) FROM users WHERE COALESCE(last_sign_in_at, 0) > $2) AS signed_in_today,
              (SELECT count(*) FROM users WHERE COALESCE(last_sign_in_at, 0) > $3) AS signed_in_lately,
              (SELECT count(*) FROM sessions WHERE ended_at IS NULL AND idle_until > $1) AS live_sessions,
              (SELECT count(*) FROM sessions
               WHERE ended_at IS NULL AND suspicion IS NOT NULL AND idle_until > $1) AS flagged_sessions,
              (SELECT count(DISTINCT user_id) FROM attempts
               WHERE locked_until > $1 AND user_id IS NOT NULL) AS locked,
              (SELECT count(*) FROM outbox WHERE state = 'failed') AS failed_mails";
        let row: CountsRow =
            on_db!(self, |conn| sqlx::query_as(sql).bind(now).bind(now - DAY).bind(now - 30 * DAY).fetch_one(conn))?;
        let CountsRow { users, unverified, signed_in_today, signed_in_lately, live_sessions, .. } = row;
        let CountsRow { flagged_sessions, locked, failed_mails, .. } = row;
        Ok(SiteCounts {
            users,
            unverified,
            signed_in_today,
            signed_in_lately,
            live_sessions,
            flagged_sessions,
            locked,
            failed_mails,
        })
    }

    /// Returns how many sign-ins succeeded and failed since `since`, hour by hour. Hours without any are left out.
    pub async fn count_sign_ins(&self, since: Timestamp) -> Result<Vec<HourOfSignIns>, StoreError> {
        // The actions are written out, so that the partial index serves.
        let sql = "
            SELECT hour, action = 'sign_in.succeeded', CAST(sum(count) AS BIGINT)
            FROM (
              SELECT at - at % 3600000 AS hour, action, count(*) AS count FROM audit
              WHERE action IN ('sign_in.succeeded', 'sign_in.failed') AND at >= $1
              GROUP BY 1, 2
              UNION ALL
              SELECT hour, action, count FROM audit_counts
              WHERE action = 'sign_in.failed' AND hour >= $1
            ) AS counts
            GROUP BY 1, 2";
        let rows: Vec<(Timestamp, bool, i64)> = on_db!(self, |conn| sqlx::query_as(sql).bind(since).fetch_all(conn))?;
        Ok(rows.into_iter().map(|(at, is_success, count)| HourOfSignIns { at, is_success, count }).collect())
    }
}
