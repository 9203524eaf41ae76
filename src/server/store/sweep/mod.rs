//! Deletes what is past its retention, in batches short enough that no request notices.

mod tables;

use super::{Db, StoreError, db::execute, sessions::MANY};
use crate::model::{EventId, Timestamp};
use std::time::{Duration, Instant};
use tables::{By, TABLES};

/// Rows in the first batch, and in any batch at most.
const FIRST: i64 = 50;
const MOST: i64 = 2000;
/// The target time of a batch: after a slower one the size is halved, after one that took less than a quarter it
/// is doubled.
const PIECE: Duration = Duration::from_millis(20);
/// The least pause between two batches, which leaves the database to others. A batch that took longer is
/// followed by a pause of the same length.
const PAUSE: Duration = Duration::from_millis(10);

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
    /// Counts of audit events, for 30 days at most.
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
        Self::Before(EventId::first_at(at).to_string())
    }
}

impl Db {
    /// Deletes what is past its retention.
    pub async fn sweep(&self, kept: Kept, now: Timestamp) -> Result<(), StoreError> {
        for (sql, old) in dated_ahead(kept, now) {
            self.sweep_table(sql, old).await?;
        }
        for table in TABLES {
            let limit = now - (table.kept)(kept);
            let old = if matches!(table.by, By::Time) { Old::Until(limit) } else { Old::made_before(limit) };
            self.sweep_table(table.sql, old).await?;
        }
        let accounts = self.delete_unconfirmed(now - kept.unconfirmed_accounts, now).await?;
        if accounts > 0 {
            tracing::info!(accounts, "deleted unverified accounts");
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
               AND id IN (SELECT id FROM sessions
                          WHERE ended_at IS NULL AND special_kind IS NULL AND idle_until > $1 ORDER BY id LIMIT $2)",
            Old::Until(now + kept.idle_sessions),
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
