//! The two databases behind one interface.

use super::{
    StoreError,
    postgres::{Lent, Postgres, TimeLimits},
    repeatable_requests,
    writer::Writer,
};
use crate::model::Timestamp;
use sqlx::{
    ConnectOptions, Connection, SqliteConnection, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{fs::OpenOptions, os::unix::fs::OpenOptionsExt, path::Path, pin::Pin, sync::Arc, time::Duration};
use tokio::time::timeout;

/// How long an operation waits for a file locked by another process.
const BUSY: Duration = Duration::from_secs(5);
/// How long an operation on the file may take, because the disk itself may hang.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);
/// How long an operation that is known to be slow may take.
const LONG: Duration = Duration::from_hours(1);

/// The database.
#[derive(Clone)]
pub enum Db {
    /// One file: a pool of readers, another that requests can't exhaust, and one writer that groups operations.
    Sqlite { readers: SqlitePool, apart: SqlitePool, writer: Writer, options: Arc<SqliteConnectOptions> },
    /// A server that several nodes share.
    Postgres(Postgres),
}

/// The connection inside a write operation.
pub enum Tx {
    Sqlite(SqliteConnection),
    Postgres(Lent),
}

/// The future that a write operation returns.
pub type Written<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// Runs a read query on either database, within its time limit: `on_db!(db, |conn| sqlx::query(…).fetch_one(conn))`.
macro_rules! on_db {
    ($db:expr, |$conn:ident| $query:expr) => {
        match $db {
            $crate::server::store::db::Db::Sqlite { readers: $conn, .. } => {
                $crate::server::store::db::in_time(Box::pin($query)).await
            }
            $crate::server::store::db::Db::Postgres(postgres) => match postgres.lend().await {
                Ok(mut lent) => {
                    let $conn = &mut *lent;
                    let done = tokio::time::timeout(postgres.patience(), Box::pin($query)).await;
                    lent.settle(done)
                }
                Err(error) => Err(error),
            },
        }
    };
}

/// Runs a query inside a write operation, on either database.
macro_rules! on_tx {
    ($tx:expr, |$conn:ident| $query:expr) => {
        match &mut *$tx {
            $crate::server::store::db::Tx::Sqlite(sqlite) => {
                let $conn = &mut *sqlite;
                $query.await
            }
            $crate::server::store::db::Tx::Postgres(postgres) => {
                let $conn = &mut **postgres;
                $query.await
            }
        }
        .map_err($crate::server::store::StoreError::from)
    };
}

/// Executes a statement inside a write operation, on either database. Yields the number of affected rows.
macro_rules! execute {
    ($tx:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        match &mut *$tx {
            $crate::server::store::db::Tx::Sqlite(sqlite) => {
                sqlx::query($sql)$(.bind($bind))*.execute(&mut *sqlite).await.map(|done| done.rows_affected())
            }
            $crate::server::store::db::Tx::Postgres(postgres) => {
                sqlx::query($sql)$(.bind($bind))*.execute(&mut **postgres).await.map(|done| done.rows_affected())
            }
        }
        .map_err($crate::server::store::StoreError::from)
    };
}

pub(super) use {execute, on_db, on_tx};

impl Db {
    /// Opens the file and creates it if it does not exist.
    pub async fn open_sqlite(file: &Path) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // An acknowledged write must survive a power cut. Grouped commits make that cheap.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY)
            // The write-ahead log is cut to this size when it starts over.
            .pragma("journal_size_limit", "8388608")
            .statement_cache_capacity(256);
        private_file(file).map_err(sqlx::Error::Io)?;
        let writer = Writer::start(&options).await?;
        let pool = SqlitePoolOptions::new().acquire_timeout(BUSY).test_before_acquire(false);
        let readers = pool.clone().max_connections(8).connect_with(options.clone().read_only(true)).await?;
        let apart = pool.max_connections(2).connect_lazy_with(options.clone().read_only(true));
        Ok(Self::Sqlite { readers, apart, writer, options: Arc::new(options) })
    }

    /// Connects to the server that `url` names.
    pub async fn open_postgres(url: &str, limits: TimeLimits) -> Result<Self, StoreError> {
        Ok(Self::Postgres(Box::pin(Postgres::open(url, limits)).await?))
    }

    /// Returns the same database on connections that requests can't exhaust, for work that must not wait for requests.
    #[must_use]
    pub fn apart(&self) -> Self {
        match self.clone() {
            Self::Sqlite { apart, writer, options, .. } => {
                Self::Sqlite { readers: apart.clone(), apart, writer, options }
            }
            Self::Postgres(postgres) => Self::Postgres(postgres.apart()),
        }
    }

    /// Reads one number over a connection without a cache. On SQLite, pooled connections do not notice that the
    /// file is missing or damaged while they have its pages cached.
    pub(super) async fn read_afresh(&self, sql: &'static str, bind: &str) -> Result<Option<i64>, StoreError> {
        match self {
            Self::Sqlite { options, writer, .. } => {
                if !writer.has_its_file() {
                    return Ok(None);
                }
                let options = (**options).clone().read_only(true).create_if_missing(false);
                let mut connection = options.connect().await?;
                let found = sqlx::query_scalar(sql).bind(bind).fetch_optional(&mut connection).await?;
                connection.close().await?;
                Ok(found)
            }
            Self::Postgres(_) => on_db!(self, |conn| sqlx::query_scalar(sql).bind(bind).fetch_optional(conn)),
        }
    }

    /// Sets whether writes are refused, because an operation that reports success could be lost.
    pub(super) fn refuse_writes(&self, is_refusing: bool) {
        if let Self::Sqlite { writer, .. } = self {
            writer.refuse(is_refusing);
        }
    }

    /// Runs `operation` in one transaction and returns once it is durable. It runs to its end even if the caller
    /// goes away, but only for seconds. The first one of a request that can be repeated records the request, too.
    ///
    /// After [`StoreError::Unavailable`] the caller does not know whether the write was kept: the response to
    /// its commit may be lost. It must not report that nothing was kept, and a retry must be harmless if both
    /// were kept.
    pub async fn write<T, F>(&self, operation: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'a> FnOnce(&'a mut Tx) -> Written<'a, T> + Send + 'static,
    {
        match self {
            Self::Sqlite { writer, .. } if writer.is_refusing() => Err(StoreError::Unavailable(None)),
            _ => {
                let record = repeatable_requests::pending();
                let first = record.clone();
                let done = self.write_to_probe(move |tx| match first {
                    None => operation(tx),
                    Some(record) => Box::pin(async move {
                        record.write(tx).await?;
                        operation(tx).await
                    }),
                });
                done.await.inspect(|_| record.iter().for_each(|record| record.mark_written()))
            }
        }
    }

    /// Does the same even while writes are refused, to find out whether they work again.
    pub(super) async fn write_to_probe<T, F>(&self, operation: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'a> FnOnce(&'a mut Tx) -> Written<'a, T> + Send + 'static,
    {
        match self {
            Self::Sqlite { writer, .. } => writer.write(PATIENCE, operation).await,
            Self::Postgres(postgres) => postgres.write(postgres.patience(), operation).await,
        }
    }

    /// Does the same for an operation that is known to be slow. No request may wait for it.
    pub(super) async fn write_at_length<T, F>(&self, operation: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'a> FnOnce(&'a mut Tx) -> Written<'a, T> + Send + 'static,
    {
        match self {
            Self::Sqlite { writer, .. } => writer.write(LONG, operation).await,
            Self::Postgres(postgres) => postgres.write(LONG, operation).await,
        }
    }

    /// Returns a number that changes after each commit to the file, of any process. `None` on PostgreSQL.
    pub async fn data_version(&self) -> Result<Option<i64>, StoreError> {
        match self {
            Self::Sqlite { writer, .. } if writer.is_refusing() => Err(StoreError::Unavailable(None)),
            Self::Sqlite { writer, .. } => writer.data_version().await.map(Some),
            Self::Postgres(_) => Ok(None),
        }
    }

    /// Returns whether several nodes may use this database.
    pub fn is_shared(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    /// Returns the time of the database server, to compare clocks; stored times come from our clock. `None` on SQLite.
    pub async fn clock(&self) -> Result<Option<Timestamp>, StoreError> {
        if let Self::Sqlite { .. } = self {
            return Ok(None);
        }
        let sql = "SELECT CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS BIGINT)";
        on_db!(self, |conn| sqlx::query_scalar(sql).fetch_one(conn)).map(Some)
    }

    /// Returns the size of the database in bytes.
    pub async fn size(&self) -> Result<i64, StoreError> {
        let sql = match self {
            Self::Sqlite { .. } => "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
            Self::Postgres(_) => "SELECT pg_database_size(current_database())",
        };
        on_db!(self, |conn| sqlx::query_scalar(sql).fetch_one(conn))
    }

    /// Waits for pending writes, then closes the database.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { readers, apart, writer, .. } => {
                tokio::join!(readers.close(), apart.close());
                writer.close().await;
            }
            Self::Postgres(postgres) => postgres.close().await,
        }
    }
}

impl Tx {
    /// Waits for the lock of this name, which is held until the transaction ends. Needed for limits that a
    /// concurrent transaction could exceed between the count and the write. Does nothing on SQLite, which has
    /// one writer.
    pub(super) async fn lock(&mut self, name: &str) -> Result<(), StoreError> {
        if let Self::Postgres(postgres) = self {
            let sql = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";
            sqlx::query(sql).bind(name).execute(&mut **postgres).await?;
        }
        Ok(())
    }
}

/// Awaits a read of the file within the time limit.
pub(super) async fn in_time<T>(read: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, StoreError> {
    Ok(timeout(PATIENCE, read).await.map_err(|_| StoreError::Unavailable(None))??)
}

/// Creates the file for its owner only. SQLite gives its companion files the same mode.
fn private_file(file: &Path) -> std::io::Result<()> {
    OpenOptions::new().create(true).append(true).mode(0o600).open(file).map(drop)
}
