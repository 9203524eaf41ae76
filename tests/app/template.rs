//! Migrated databases, of which each test gets a copy: to migrate takes longer than most tests.

use super::Database;
use sqlx::{Connection, PgConnection};
use std::{
    hash::{DefaultHasher, Hash, Hasher},
    path::PathBuf,
};
use tokio::sync::OnceCell;

static SQLITE: OnceCell<PathBuf> = OnceCell::const_new();
static POSTGRES: OnceCell<String> = OnceCell::const_new();

impl Database {
    /// Returns a migrated database on SQLite.
    pub async fn migrated_sqlite() -> Self {
        let template = SQLITE.get_or_init(sqlite_template).await;
        let database = Self::sqlite();
        let Self::Sqlite(file) = &database else { unreachable!() };
        std::fs::copy(template, file).unwrap();
        database
    }

    /// Returns a migrated database on PostgreSQL.
    pub async fn migrated_postgres() -> Self {
        let template = POSTGRES.get_or_init(postgres_template).await;
        Self::postgres_from(template).await
    }

    async fn migrate(&self) {
        let db = self.open().await;
        db.migrate().await.unwrap();
        db.close().await;
    }
}

/// Returns the name of the templates. Other migrations have other templates.
fn name() -> String {
    let mut hasher = DefaultHasher::new();
    sqlx::migrate!("./migrations").iter().for_each(|migration| migration.checksum.hash(&mut hasher));
    format!("claviger_template_{:016x}", hasher.finish())
}

async fn sqlite_template() -> PathBuf {
    let template = std::env::temp_dir().join(name()).with_extension("db");
    if !template.exists() {
        let database = Database::sqlite();
        database.migrate().await;
        let Database::Sqlite(file) = &database else { unreachable!() };
        // It appears whole or not at all, even if two processes make it.
        std::fs::rename(file, &template).unwrap();
        database.drop_it().await;
    }
    template
}

async fn postgres_template() -> String {
    let template = name();
    let database = Database::postgres().await;
    let Database::Postgres { name, server, .. } = &database else { unreachable!() };
    let mut connection = PgConnection::connect(server).await.unwrap();
    let sql = "SELECT count(*) FROM pg_database WHERE datname = $1";
    let made: i64 = sqlx::query_scalar(sql).bind(&template).fetch_one(&mut connection).await.unwrap();
    if made == 1 {
        database.drop_it().await;
        return template;
    }
    database.migrate().await;
    let sql = format!("ALTER DATABASE {name} RENAME TO {template}");
    // Another process may have been first; the copy is as good.
    if sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut connection).await.is_err() {
        database.drop_it().await;
    }
    template
}
