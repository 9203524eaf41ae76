//! Deletes what is past its retention, in batches short enough that no request notices.

use super::{Db, StoreError, db::execute, sessions::MANY};
use crate::model::{EventId, Timestamp};
use std::time::{Duration, Instant};

/// Rows in the first batch, and in any batch at most.
const FIRST: i64 = 50;
const MOST: i64 = 2000;
/// The target time of a batch: after a slower one the size is halved, after one that took less than a quarter it
/// is doubled.
const PIECE: Duration = Duration::from_millis(20);
/// The least pause between two batches, which leaves the database to others. A batch that took longer is
/// followed by a pause of the same length.
const PAUSE: Duration = Duration::from_millis(10);
/// How long a revocation is kept after the last token it refuses has expired. Clocks may be wrong by less than
/// that unnoticed.
const REVOKED: Duration = Duration::from_hours(24);
/// How long a node may be cut off from the database without having to load all revocations again.
const MARKS: Duration = Duration::from_hours(48);
/// How long a device is kept after its last sign-in: the lifetime of its cookie.
const DEVICES: Duration = Duration::from_hours(400 * 24);
/// How long the content of a sent mail is kept.
const SENT_BODY: Duration = Duration::from_hours(24);
/// How long failed sign-ins and expired one-time secrets are kept.
const FAILURES: Duration = Duration::from_hours(24);
/// How long session events and activity counts are kept.
const EVENTS: Duration = Duration::from_hours(1);
const ACTIVITY: Duration = Duration::from_hours(25);
/// How long a process is kept after its last write.
const NODES: Duration = Duration::from_hours(30 * 24);
/// How long events of anonymous callers are kept.
const STRANGERS: Duration = Duration::from_hours(30 * 24);

/// Retention periods that the settings decide.
#[derive(Debug, Clone, Copy)]
pub struct Kept {
    /// Self-registered accounts whose address is not confirmed.
    pub unconfirmed_accounts: Duration,
    /// Mails that were sent or failed, or that anonymous callers requested.
    pub mails: Duration,
    /// Sessions that are not refreshed, until they end.
    pub idle_sessions: Duration,
    /// Ended sessions with their history.
    pub sessions: Duration,
    /// Audit events; those of anonymous callers for 30 days at most.
    pub audit: Duration,
}

/// Which rows are old enough.
enum Old {
    /// By a column that holds a time.
    Until(Timestamp),
    /// By id, which is in order of time.
    Before(String),
}

impl Old {
    fn made_before(at: Timestamp) -> Self {
        Self::Before(EventId::from_parts(u64::try_from(at.0).unwrap_or(0), 0).to_string())
    }
}

impl Db {
    /// Deletes what is past its retention.
    pub async fn sweep(&self, kept: Kept, now: Timestamp) -> Result<(), StoreError> {
        for (sql, old) in dated_ahead(kept, now).into_iter().chain(tables(kept, now)) {
            self.sweep_table(sql, old).await?;
        }
        let accounts = self.delete_unconfirmed(now - kept.unconfirmed_accounts, now).await?;
        if accounts > 0 {
            tracing::info!(accounts, "accounts that nobody confirmed were deleted");
        }
        Ok(())
    }

    async fn sweep_table(&self, sql: &'static str, old: Old) -> Result<(), StoreError> {
        let old = std::sync::Arc::new(old);
        let mut pace = Paced::default();
        loop {
            let (limit, old) = (pace.rows(), std::sync::Arc::clone(&old));
            let piece = self.write(move |tx| {
                Box::pin(async move {
                    Piece::timed(async {
                        tx.lock(MANY).await?;
                        match &*old {
                            Old::Until(at) => execute!(tx, sql, *at, limit),
                            Old::Before(id) => execute!(tx, sql, id.as_str(), limit),
                        }
                    })
                    .await
                })
            });
            if pace.is_last(piece.await?).await {
                return Ok(());
            }
        }
    }
}

/// Corrects times written by a clock that ran ahead: a period starts now instead of in the future.
fn dated_ahead(kept: Kept, now: Timestamp) -> [(&'static str, Old); 3] {
    [
        (
            "UPDATE attempts
             SET locked_until = locked_until - (last_at - $1),
                 since = CASE WHEN since > $1 THEN $1 ELSE since END,
                 last_at = $1
             WHERE (name, scope) IN (SELECT name, scope FROM attempts WHERE last_at > $1 LIMIT $2)",
            Old::Until(now),
        ),
        (
            "UPDATE one_time_secrets
             SET expires_at = expires_at - (created_at - $1), created_at = $1
             WHERE id IN (SELECT id FROM one_time_secrets WHERE created_at > $1 LIMIT $2)",
            Old::Until(now),
        ),
        (
            "UPDATE sessions SET idle_until = CASE WHEN ends_at < $1 THEN ends_at ELSE $1 END
             WHERE idle_until > $1
               AND id IN (SELECT id FROM sessions WHERE ended_at IS NULL AND idle_until > $1 ORDER BY id LIMIT $2)",
            Old::Until(now + kept.idle_sessions),
        ),
    ]
}

/// The statements that delete, each supported by an index. `$1` is the limit of age, `$2` the number of rows.
fn tables(kept: Kept, now: Timestamp) -> [(&'static str, Old); 16] {
    [
        (
            "DELETE FROM revocations
             WHERE (kind, id) IN (SELECT kind, id FROM revocations WHERE until_at <= $1 LIMIT $2)",
            Old::Until(now - REVOKED),
        ),
        (
            "DELETE FROM revocation_marks
             WHERE sequence IN (
               SELECT sequence FROM revocation_marks
               WHERE at <= $1 AND sequence < (SELECT value FROM counters WHERE name = 'revocations')
               LIMIT $2)",
            Old::Until(now - MARKS),
        ),
        (
            "DELETE FROM browser_states WHERE id IN (SELECT id FROM browser_states WHERE expires_at <= $1 LIMIT $2)",
            Old::Until(now),
        ),
        (
            "DELETE FROM attempts
             WHERE (name, scope) IN (
               SELECT name, scope FROM attempts
               WHERE last_at <= $1 AND (locked_until IS NULL OR locked_until <= $1)
               LIMIT $2)",
            Old::Until(now - FAILURES),
        ),
        (
            "DELETE FROM one_time_secrets
             WHERE id IN (SELECT id FROM one_time_secrets WHERE expires_at <= $1 LIMIT $2)",
            Old::Until(now - FAILURES),
        ),
        (
            "DELETE FROM email_change_stops
             WHERE digest IN (SELECT digest FROM email_change_stops WHERE expires_at <= $1 LIMIT $2)",
            Old::Until(now),
        ),
        (
            "DELETE FROM devices
             WHERE (device, user_id) IN (SELECT device, user_id FROM devices WHERE last_seen_at <= $1 LIMIT $2)",
            Old::Until(now - DEVICES),
        ),
        (
            "DELETE FROM activity
             WHERE (minute, node) IN (SELECT minute, node FROM activity WHERE minute <= $1 LIMIT $2)",
            Old::Until(now - ACTIVITY),
        ),
        (
            "UPDATE outbox SET sealed_body = ''
             WHERE id IN (SELECT id FROM outbox WHERE sealed_body <> '' AND sent_at <= $1 LIMIT $2)",
            Old::Until(now - SENT_BODY),
        ),
        (
            "DELETE FROM outbox
             WHERE id IN (
               SELECT id FROM outbox
               WHERE created_at <= $1 AND (state <> 'waiting' OR requested_for IS NOT NULL)
               LIMIT $2)",
            Old::Until(now - kept.mails),
        ),
        (
            "DELETE FROM session_events WHERE id IN (SELECT id FROM session_events WHERE id < $1 LIMIT $2)",
            Old::made_before(now - EVENTS),
        ),
        (
            "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE ended_at <= $1 LIMIT $2)",
            Old::Until(now - kept.sessions),
        ),
        (
            "DELETE FROM audit
             WHERE id IN (SELECT id FROM audit WHERE actor_kind = 'anonymous' AND id < $1 LIMIT $2)",
            Old::made_before(now - STRANGERS.min(kept.audit)),
        ),
        (
            "DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE id < $1 LIMIT $2)",
            Old::made_before(now - kept.audit),
        ),
        (
            "DELETE FROM audit_counts
             WHERE (hour, action, scope) IN (
               SELECT hour, action, scope FROM audit_counts WHERE hour <= $1 LIMIT $2)",
            Old::Until(now - STRANGERS.min(kept.audit)),
        ),
        (
            "DELETE FROM nodes WHERE id IN (SELECT id FROM nodes WHERE seen_at <= $1 AND (seen_at > 0 OR state <> 'live') LIMIT $2)",
            Old::Until(now - NODES),
        ),
    ]
}

/// Result of one batch of a long deletion.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    pub rows: u64,
    took: Duration,
}

impl Piece {
    /// Runs a batch and measures it, without the wait for its turn.
    pub async fn timed(work: impl Future<Output = Result<u64, StoreError>>) -> Result<Self, StoreError> {
        let began = Instant::now();
        let rows = work.await?;
        Ok(Self { rows, took: began.elapsed() })
    }
}

/// Size of the next batch: as large as fits into a short time on this machine.
#[derive(Debug)]
pub(super) struct Paced {
    rows: i64,
}

impl Default for Paced {
    fn default() -> Self {
        Self { rows: FIRST }
    }
}

impl Paced {
    pub fn rows(&self) -> i64 {
        self.rows
    }

    /// Returns whether this batch was the last. Pauses before the next, so that others can write.
    pub async fn is_last(&mut self, piece: Piece) -> bool {
        if piece.rows < self.rows.unsigned_abs() {
            return true;
        }
        self.rows = self.next(piece.took);
        tokio::time::sleep(piece.took.max(PAUSE)).await;
        false
    }

    fn next(&self, took: Duration) -> i64 {
        match took {
            long if long > PIECE => (self.rows / 2).max(1),
            short if short < PIECE / 4 => (self.rows * 2).min(MOST),
            _ => self.rows,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_grow_while_they_are_quick_and_shrink_when_they_are_not() {
        let mut pace = Paced::default();
        let mut next = |millis| {
            pace.rows = pace.next(Duration::from_millis(millis));
            pace.rows
        };
        assert_eq!([next(1), next(1), next(10), next(21), next(4000)], [100, 200, 200, 100, 50]);
        for _ in 0..20 {
            next(1);
        }
        assert_eq!(next(1), MOST);
        for _ in 0..20 {
            next(1000);
        }
        assert_eq!(next(1000), 1, "it never stands still");
    }
}
