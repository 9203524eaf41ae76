//! The only file that knows that there are two databases.

use super::{StoreError, writer::Writer};
use sqlx::{
    PgPool, Postgres, SqliteConnection, SqlitePool, Transaction,
    postgres::{PgConnectOptions, PgListener, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{
    fs::{File, OpenOptions},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    pin::Pin,
    str::FromStr,
    sync::Arc,
    time::Duration,
};

/// How long anyone waits for a database that somebody else holds.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where everything is kept.
#[derive(Clone)]
pub enum Db {
    /// One file: a pool of readers and one grouping writer.
    Sqlite { readers: SqlitePool, writer: Writer, options: Arc<SqliteConnectOptions> },
    /// A server that many nodes share.
    Postgres(PgPool),
}

/// The connection inside a write operation.
pub enum Tx {
    Sqlite(SqliteConnection),
    Postgres(Transaction<'static, Postgres>),
}

/// PostgreSQL's channel for it.
const WAKES: &str = "claviger";

/// Hears that other nodes have written what all must know.
pub struct Wakes(Option<PgListener>);

/// What a write operation returns.
pub type Written<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// Runs a query on whichever database a reader is: `on_db!(db, |conn| sqlx::query(…).fetch_one(conn))`.
macro_rules! on_db {
    ($db:expr, |$conn:ident| $query:expr) => {
        match $db {
            $crate::server::store::db::Db::Sqlite { readers: $conn, .. } => $query.await,
            $crate::server::store::db::Db::Postgres($conn) => $query.await,
        }
        .map_err($crate::server::store::StoreError::from)
    };
}

/// Runs a query inside a write operation, on whichever database that is.
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

/// `execute` for both databases: the number of rows it touched.
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

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");

impl Db {
    /// Opens the file, creating it if it is not there.
    pub async fn open_sqlite(file: &Path) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // What was answered survives a power cut, too; the grouping writer makes it cheap.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(PATIENCE)
            // What is written again from its beginning is cut to this first.
            .pragma("journal_size_limit", "8388608")
            .statement_cache_capacity(256);
        private_file(file).map_err(sqlx::Error::Io)?;
        let writer = Writer::start(&options).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(8)
            .acquire_timeout(PATIENCE)
            .test_before_acquire(false)
            .connect_with(options.clone().read_only(true))
            .await?;
        Ok(Self::Sqlite { readers, writer, options: Arc::new(options) })
    }

    /// Connects to the server that `url` names.
    pub async fn open_postgres(url: &str) -> Result<Self, StoreError> {
        let options = PgConnectOptions::from_str(url)?.application_name("claviger");
        let pool = PgPoolOptions::new().max_connections(16).acquire_timeout(PATIENCE).connect_with(options).await?;
        Ok(Self::Postgres(pool))
    }

    /// Brings the database to this version. Two at once wait for each other.
    ///
    /// Answers how many migrations were applied.
    pub async fn migrate(&self) -> Result<usize, StoreError> {
        let before = self.applied_migrations().await;
        match self {
            Self::Sqlite { options, .. } => {
                // sqlx locks only where the server can; on SQLite two processes need a file.
                let _lock = lock_file(options.get_filename().with_extension("migrating")).await?;
                let pool = SqlitePoolOptions::new().max_connections(1).connect_with((**options).clone()).await?;
                MIGRATIONS.run(&pool).await.map_err(sqlx::Error::from)?;
                pool.close().await;
            }
            Self::Postgres(pool) => MIGRATIONS.run(pool).await.map_err(sqlx::Error::from)?,
        }
        Ok(self.applied_migrations().await.saturating_sub(before))
    }

    /// Whether the database is at this version.
    pub async fn is_migrated(&self) -> bool {
        self.applied_migrations().await == MIGRATIONS.iter().count()
    }

    /// Whether nothing was ever made in this database.
    pub async fn is_new(&self) -> bool {
        self.applied_migrations().await == 0
    }

    async fn applied_migrations(&self) -> usize {
        let sql = "SELECT count(*) FROM _sqlx_migrations WHERE success";
        let count: Result<i64, StoreError> = on_db!(self, |conn| sqlx::query_scalar(sql).fetch_one(conn));
        // Before the first migration there is no such table.
        count.ok().and_then(|count| usize::try_from(count).ok()).unwrap_or(0)
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        let one: i64 = on_db!(self, |conn| sqlx::query_scalar("SELECT CAST(1 AS BIGINT)").fetch_one(conn))?;
        debug_assert_eq!(one, 1);
        Ok(())
    }

    /// Does `operation` whole or not at all, and answers when it is durable. It runs to its end
    /// even if the caller goes away.
    pub async fn write<T, F>(&self, operation: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'a> FnOnce(&'a mut Tx) -> Written<'a, T> + Send + 'static,
    {
        match self {
            Self::Sqlite { writer, .. } => writer.write(operation).await,
            Self::Postgres(pool) => {
                let pool = pool.clone();
                let done = tokio::spawn(async move {
                    let mut tx = Tx::Postgres(pool.begin().await?);
                    let answer = operation(&mut tx).await?;
                    if let Tx::Postgres(tx) = tx {
                        tx.commit().await?;
                    }
                    Ok(answer)
                });
                done.await.map_err(|_| StoreError::BrokenOff)?
            }
        }
    }

    /// A number that changes when another process, or this one, has written. PostgreSQL has none.
    pub async fn data_version(&self) -> Result<Option<i64>, StoreError> {
        match self {
            Self::Sqlite { writer, .. } => writer.data_version().await.map(Some),
            Self::Postgres(_) => Ok(None),
        }
    }

    /// Listens for what other nodes write.
    pub async fn listen(&self) -> Result<Wakes, StoreError> {
        let Self::Postgres(pool) = self else { return Ok(Wakes(None)) };
        let mut listener = PgListener::connect_with(pool).await?;
        listener.listen(WAKES).await?;
        Ok(Wakes(Some(listener)))
    }

    /// Waits for what is being written, then lets go of the database.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { readers, writer, .. } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    /// Waits until no other transaction holds the lock of this name; the end of this one lets go of
    /// it. For counts that must not grow between the look and the write. SQLite has one writer.
    pub(super) async fn lock(&mut self, name: &str) -> Result<(), StoreError> {
        if let Self::Postgres(postgres) = self {
            let sql = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";
            sqlx::query(sql).bind(name).execute(&mut **postgres).await?;
        }
        Ok(())
    }

    /// Wakes the nodes that listen, when this transaction is committed. On SQLite they watch the file.
    pub(super) async fn wake_nodes(&mut self) -> Result<(), StoreError> {
        if let Self::Postgres(postgres) = self {
            sqlx::query("SELECT pg_notify($1, '')").bind(WAKES).execute(&mut **postgres).await?;
        }
        Ok(())
    }
}

impl Wakes {
    /// Waits until somebody else has written what all nodes must know. On SQLite, for ever. A connection
    /// that was lost is made anew, and counts as a wake: something may have been missed.
    pub async fn wait(&mut self) -> Result<(), StoreError> {
        let Some(listener) = &mut self.0 else { return std::future::pending().await };
        listener.try_recv().await?;
        while listener.next_buffered().is_some() {}
        Ok(())
    }
}

/// Makes the file for its owner only; SQLite gives its companions the same mode.
fn private_file(file: &Path) -> std::io::Result<()> {
    OpenOptions::new().create(true).append(true).mode(0o600).open(file).map(drop)
}

/// Waits for the lock on `path`; closing the file lets go of it.
async fn lock_file(path: PathBuf) -> Result<File, StoreError> {
    let locked = tokio::task::spawn_blocking(move || {
        let file = File::create(path)?;
        file.lock()?;
        Ok::<_, std::io::Error>(file)
    });
    let file = locked.await.map_err(|_| StoreError::BrokenOff)?;
    Ok(file.map_err(sqlx::Error::Io)?)
}
