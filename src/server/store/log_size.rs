//! SQLite's write-ahead log: kept short.

use super::{Db, StoreError};
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use std::time::Duration;

/// From which size on the log is cut.
const LONG: u64 = 8 * 1024 * 1024;
/// How long the cut waits for readers, while nobody else can write.
const PATIENCE: Duration = Duration::from_millis(50);

impl Db {
    /// Writes what is in the log into the file, and cuts the log, if it has grown long. Where somebody reads an old
    /// state for long, the next try may succeed. PostgreSQL looks after its own.
    pub async fn cut_log(&self) -> Result<(), StoreError> {
        let Self::Sqlite { options, .. } = self else { return Ok(()) };
        let mut log = options.get_filename().as_os_str().to_owned();
        log.push("-wal");
        if tokio::fs::metadata(&log).await.map_or(0, |log| log.len()) < LONG {
            return Ok(());
        }
        // A connection of its own: the writer goes on while most of the work is done.
        let options = (**options).clone().busy_timeout(PATIENCE);
        let mut connection = options.connect().await?;
        if checkpoint(&mut connection, "PRAGMA wal_checkpoint(PASSIVE)").await? {
            checkpoint(&mut connection, "PRAGMA wal_checkpoint(TRUNCATE)").await?;
        }
        Ok(connection.close().await?)
    }
}

/// Whether all of the log is in the file now. The passive kind holds nobody up; the one that cuts holds up writers.
async fn checkpoint(connection: &mut SqliteConnection, sql: &'static str) -> Result<bool, StoreError> {
    let (is_busy, pages, written): (i64, i64, i64) = sqlx::query_as(sql).fetch_one(connection).await?;
    Ok(is_busy == 0 && pages == written)
}
