//! Forgetting what nobody needs any more.

use super::{Db, StoreError, db::execute};
use crate::model::{EventId, Timestamp};
use std::time::Duration;

/// How much is deleted in one piece, so that nobody else's write waits long.
const PIECE: i64 = 1000;
/// How long an ended session is remembered.
const HISTORY: Duration = Duration::from_hours(30 * 24);
/// How long a device is known after its last sign-in: its cookie's life.
const DEVICES: Duration = Duration::from_hours(400 * 24);
/// How long the content of a sent mail is kept, and how long it is told of.
const SENT_BODY: Duration = Duration::from_hours(24);
const MAILS: Duration = Duration::from_hours(30 * 24);
/// How long failed sign-ins are remembered.
const FAILURES: Duration = Duration::from_hours(24);
/// How long what happened to sessions is told again, and how often it did.
const EVENTS: Duration = Duration::from_hours(1);
const ACTIVITY: Duration = Duration::from_hours(25);

impl Db {
    /// Deletes what is past its time. Each table is an operation of its own, so that a long one
    /// holds nobody up for all of them.
    pub async fn sweep(&self, now: Timestamp) -> Result<(), StoreError> {
        let tables = [
            ("DELETE FROM revocations WHERE until_at <= $1", now),
            ("DELETE FROM browser_states WHERE expires_at <= $1", now),
            (
                "DELETE FROM attempts WHERE last_at <= $1 AND (locked_until IS NULL OR locked_until <= $1)",
                now - FAILURES,
            ),
            ("DELETE FROM one_time_secrets WHERE expires_at <= $1", now - FAILURES),
            ("DELETE FROM devices WHERE last_seen_at <= $1", now - DEVICES),
            ("DELETE FROM activity WHERE minute <= $1", now - ACTIVITY),
            ("UPDATE outbox SET sealed_body = '' WHERE sealed_body <> '' AND sent_at <= $1", now - SENT_BODY),
            ("DELETE FROM outbox WHERE created_at <= $1 AND state <> 'waiting'", now - MAILS),
        ];
        for (sql, before) in tables {
            self.write(move |tx| Box::pin(async move { execute!(tx, sql, before).map(drop) })).await?;
        }
        let first_kept = EventId::from_parts(u64::try_from((now - EVENTS).0).unwrap_or(0), 0);
        let sql = "DELETE FROM session_events WHERE id IN (SELECT id FROM session_events WHERE id < $1 LIMIT $2)";
        while self.write(move |tx| Box::pin(async move { execute!(tx, sql, first_kept, PIECE) })).await? > 0 {}
        let sql = "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE ended_at <= $1 LIMIT $2)";
        let ended = now - HISTORY;
        while self.write(move |tx| Box::pin(async move { execute!(tx, sql, ended, PIECE) })).await? > 0 {}
        Ok(())
    }
}
