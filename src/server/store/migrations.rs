//! Migrates the database to this version, and works with one that a newer version has migrated.

use super::{Db, StoreError, db::on_db};
use sqlx::{migrate::Migrator, sqlite::SqlitePoolOptions};
use std::{
    fs::{File, TryLockError},
    path::PathBuf,
    sync::LazyLock,
    time::Duration,
};
use tokio::time::{sleep, timeout};

/// How long a process waits for another one that migrates, and how often it checks.
const MIGRATING_ELSEWHERE: Duration = Duration::from_mins(10);
const LOOK: Duration = Duration::from_millis(100);

/// Newer migrations in the database are ignored, unless they declare this version incompatible: see `compatibility`.
static MIGRATIONS: LazyLock<Migrator> = LazyLock::new(|| {
    let mut migrations = sqlx::migrate!("./migrations");
    migrations.set_ignore_missing(true);
    migrations
});

impl Db {
    /// Migrates the database to this version. Concurrent migrations wait for each other.
    ///
    /// Returns how many migrations were applied.
    pub async fn migrate(&self) -> Result<usize, StoreError> {
        self.check_compatibility().await?;
        let before = self.applied_migrations().await.len();
        match self {
            Self::Sqlite { options, .. } => {
                // sqlx locks only on servers; on SQLite a lock file keeps processes apart.
                let _lock = lock_file(options.get_filename().with_extension("migrating")).await?;
                let pool = SqlitePoolOptions::new().max_connections(1).connect_with((**options).clone()).await?;
                MIGRATIONS.run(&pool).await.map_err(sqlx::Error::from)?;
                pool.close().await;
            }
            Self::Postgres(postgres) => Box::pin(postgres.migrate(&MIGRATIONS)).await?,
        }
        self.fill_user_words().await?;
        Ok(self.applied_migrations().await.len().saturating_sub(before))
    }

    /// Returns whether this version can use the database: all its migrations are applied, and no newer one is
    /// incompatible.
    pub async fn is_migrated(&self) -> bool {
        let applied = self.applied_migrations().await;
        MIGRATIONS.iter().all(|migration| applied.contains(&migration.version))
            && self.check_compatibility().await.is_ok()
    }

    /// Returns whether no migration was ever applied to this database. One that can't be read is not new.
    pub async fn is_new(&self) -> bool {
        let sql = match self {
            Self::Sqlite { .. } => "SELECT count(*) FROM sqlite_schema WHERE name = '_sqlx_migrations'",
            Self::Postgres(_) => "SELECT CASE WHEN to_regclass('_sqlx_migrations') IS NULL THEN 0 ELSE 1 END::bigint",
        };
        let tables: Result<i64, StoreError> = on_db!(self, |conn| sqlx::query_scalar(sql).fetch_one(conn));
        match tables {
            Ok(0) => true,
            Ok(_) => self.applied_migrations().await.is_empty(),
            Err(_) => false,
        }
    }

    /// Returns [`StoreError::Newer`] if only a newer version can use the database.
    pub async fn check_compatibility(&self) -> Result<(), StoreError> {
        let sql = "SELECT schema, version FROM compatibility WHERE id = 1";
        let needs: Result<Option<(i64, String)>, StoreError> =
            on_db!(self, |conn| sqlx::query_as(sql).fetch_optional(conn));
        // The table does not exist before its migration.
        match needs {
            Ok(Some((needed, version))) if needed > known_schema() => {
                Err(StoreError::Newer { version, needed, known: known_schema() })
            }
            _ => Ok(()),
        }
    }

    /// Returns the newest migration in the database, if this version does not know it.
    pub async fn newer_schema(&self) -> Option<i64> {
        self.applied_migrations().await.into_iter().max().filter(|newest| *newest > known_schema())
    }

    async fn applied_migrations(&self) -> Vec<i64> {
        let sql = "SELECT version FROM _sqlx_migrations WHERE success";
        let applied: Result<Vec<i64>, StoreError> = on_db!(self, |conn| sqlx::query_scalar(sql).fetch_all(conn));
        // The table does not exist before the first migration.
        applied.unwrap_or_default()
    }
}

/// Returns the newest migration of this version.
fn known_schema() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0)
}

/// Waits for the lock on `path`. Closing the file releases it.
async fn lock_file(path: PathBuf) -> Result<File, StoreError> {
    let file = File::create(path).map_err(sqlx::Error::Io)?;
    let locked = async {
        loop {
            match file.try_lock() {
                Err(TryLockError::WouldBlock) => sleep(LOOK).await,
                done => return done.map_err(|error| StoreError::from(sqlx::Error::Io(error.into()))),
            }
        }
    };
    timeout(MIGRATING_ELSEWHERE, locked).await.map_err(|_| StoreError::Unavailable(None))??;
    Ok(file)
}
