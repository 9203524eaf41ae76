//! Keeps SQLite's write-ahead log short.

use super::{Db, StoreError};
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use std::time::Duration;

/// The size from which on the log is truncated.
const LONG: u64 = 8 * 1024 * 1024;
/// How long the truncation waits for readers. Other writers wait meanwhile.
const PATIENCE: Duration = Duration::from_millis(50);

impl Db {
    /// Copies a long write-ahead log into the file and truncates it. A reader of an old snapshot prevents that;
    /// a later call may succeed. Does nothing on PostgreSQL.
    pub async fn cut_log(&self) -> Result<(), StoreError> {
        let Self::Sqlite { options, .. } = self else { return Ok(()) };
        let mut log = options.get_filename().as_os_str().to_owned();
        log.push("-wal");
        if tokio::fs::metadata(&log).await.map_or(0, |log| log.len()) < LONG {
            return Ok(());
        }
        // A separate connection lets the writer continue during most of the work.
        let options = (**options).clone().busy_timeout(PATIENCE);
        let mut connection = options.connect().await?;
        if checkpoint(&mut connection, "PRAGMA wal_checkpoint(PASSIVE)").await? {
            checkpoint(&mut connection, "PRAGMA wal_checkpoint(TRUNCATE)").await?;
        }
        Ok(connection.close().await?)
    }
}

/// Runs a checkpoint and returns whether it copied the whole log. PASSIVE does not block; TRUNCATE blocks writers.
async fn checkpoint(connection: &mut SqliteConnection, sql: &'static str) -> Result<bool, StoreError> {
    let (is_busy, pages, written): (i64, i64, i64) = sqlx::query_as(sql).fetch_one(connection).await?;
    Ok(is_busy == 0 && pages == written)
}
