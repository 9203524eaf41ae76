//! A separate database for each test.

use claviger::server::store::{Db, TimeLimits};
use sqlx::{Connection, PgConnection, SqliteConnection};
use std::{
    collections::BTreeMap,
    fmt::Write,
    path::PathBuf,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

/// Where a test's database is.
pub enum Database {
    Sqlite(PathBuf),
    Postgres { url: String, name: String, server: String },
}

/// A connection that holds a lock.
pub enum Lock {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Lock {
    pub async fn release(self) {
        match self {
            Self::Sqlite(connection) => connection.close().await.unwrap(),
            Self::Postgres(connection) => connection.close().await.unwrap(),
        }
    }
}

static NUMBER: AtomicU64 = AtomicU64::new(0);

fn fresh_name() -> String {
    format!("claviger_test_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed))
}

impl Database {
    pub fn sqlite() -> Self {
        let folder = std::env::temp_dir().join(fresh_name());
        std::fs::create_dir_all(&folder).unwrap();
        Self::Sqlite(folder.join("claviger.db"))
    }

    pub async fn postgres() -> Self {
        Self::postgres_from("template1").await
    }

    /// Creates a copy of the database `template` of the same server.
    pub(super) async fn postgres_from(template: &str) -> Self {
        let server = std::env::vars().find(|(name, _)| name == "CLAVIGER_TEST_POSTGRES").map(|(_, url)| url);
        let server = server.expect("CLAVIGER_TEST_POSTGRES is not set: run the tests with `cargo xtask test`");
        let name = fresh_name();
        let mut connection = PgConnection::connect(&server).await.unwrap();
        let sql = format!("CREATE DATABASE {name} TEMPLATE {template}");
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
        let (before, _) = server.rsplit_once('/').unwrap();
        Self::Postgres { url: format!("{before}/{name}"), name, server }
    }

    pub async fn open(&self) -> Db {
        match self {
            Self::Sqlite(file) => Db::open_sqlite(file).await.unwrap(),
            Self::Postgres { url, .. } => {
                let [lock, statement, idle_transaction] = [3, 5, 5].map(Duration::from_secs);
                Db::open_postgres(url, TimeLimits { lock, statement, idle_transaction }).await.unwrap()
            }
        }
    }

    /// Returns a folder that only this database uses.
    pub fn folder(&self) -> PathBuf {
        match self {
            Self::Sqlite(file) => file.parent().unwrap().to_owned(),
            Self::Postgres { name, .. } => std::env::temp_dir().join(name),
        }
    }

    /// Returns the URL for `database.url`.
    pub fn url(&self) -> String {
        match self {
            Self::Sqlite(file) => format!("sqlite://{}", file.display()),
            Self::Postgres { url, .. } => url.clone(),
        }
    }

    /// Queries one number over a separate connection.
    pub async fn count(&self, sql: impl sqlx::SqlSafeStr) -> i64 {
        match self {
            Self::Sqlite(file) => {
                let mut connection = SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
                sqlx::query_scalar(sql).fetch_one(&mut connection).await.unwrap()
            }
            Self::Postgres { url, .. } => {
                let mut connection = PgConnection::connect(url).await.unwrap();
                sqlx::query_scalar(sql).fetch_one(&mut connection).await.unwrap()
            }
        }
    }

    /// Returns the row count of each table, and the number of mails in the folder as files.
    pub async fn sizes(&self) -> BTreeMap<String, i64> {
        let files = std::fs::read_dir(self.folder().join("outbox")).map_or(0, Iterator::count);
        let mut sizes = BTreeMap::from([("the folder outbox".to_owned(), i64::try_from(files).unwrap())]);
        for table in self.tables().await {
            let rows = self.count(sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}"))).await;
            sizes.insert(table, rows);
        }
        sizes
    }

    async fn tables(&self) -> Vec<String> {
        match self {
            Self::Sqlite(file) => {
                let mut connection = SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
                let sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
                sqlx::query_scalar(sql).fetch_all(&mut connection).await.unwrap()
            }
            Self::Postgres { url, .. } => {
                let mut connection = PgConnection::connect(url).await.unwrap();
                let sql = "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'";
                sqlx::query_scalar(sql).fetch_all(&mut connection).await.unwrap()
            }
        }
    }

    /// Changes the database behind the server's back.
    pub async fn run(&self, sql: &'static str) {
        self.run_text(sql.to_owned()).await;
    }

    async fn run_text(&self, sql: String) {
        let sql = sqlx::raw_sql(sqlx::AssertSqlSafe(sql));
        match self {
            Self::Sqlite(file) => {
                let mut connection = SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
                sql.execute(&mut connection).await.unwrap();
            }
            Self::Postgres { url, .. } => {
                let mut connection = PgConnection::connect(url).await.unwrap();
                sql.execute(&mut connection).await.unwrap();
            }
        }
    }

    /// Creates triggers that refuse writes to one table, or to `every table`; PostgreSQL reports a full disk.
    pub async fn refuse_writes(&self, table: &str) {
        let mut sql = String::new();
        if matches!(self, Self::Postgres { .. }) {
            sql.push_str(
                "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
                 $$ BEGIN RAISE EXCEPTION 'no space' USING ERRCODE = '53100'; END $$;",
            );
        }
        let tables = self.tables().await.into_iter().filter(|name| !name.starts_with("_sqlx"));
        for name in tables.filter(|name| table == "every table" || name == table) {
            for what in ["INSERT", "UPDATE", "DELETE"] {
                let then = match self {
                    Self::Sqlite(_) => "BEGIN SELECT RAISE(ABORT, 'no space'); END",
                    Self::Postgres { .. } => "FOR EACH STATEMENT EXECUTE FUNCTION refuse()",
                };
                writeln!(sql, "CREATE TRIGGER refuse_{name}_{what} BEFORE {what} ON {name} {then};").unwrap();
            }
        }
        self.run_text(sql).await;
    }

    /// Returns all text in the database.
    pub async fn dump(&self) -> String {
        match self {
            Self::Sqlite(file) => {
                // The file itself, and the log of writes not yet in it.
                let read = |ending: &str| std::fs::read(format!("{}{ending}", file.display())).unwrap_or_default();
                String::from_utf8_lossy(&[read(""), read("-wal")].concat()).into_owned()
            }
            Self::Postgres { url, .. } => {
                let mut connection = PgConnection::connect(url).await.unwrap();
                let sql = "SELECT query_to_xml('SELECT * FROM ' || table_name, true, false, '')::text
                           FROM information_schema.tables WHERE table_schema = 'public'";
                let tables: Vec<String> = sqlx::query_scalar(sql).fetch_all(&mut connection).await.unwrap();
                tables.concat()
            }
        }
    }

    /// Makes writes wait until the lock is released: all on SQLite, those to `users` on PostgreSQL.
    pub async fn lock_writes(&self) -> Lock {
        match self {
            Self::Sqlite(file) => {
                let mut connection = SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
                sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut connection).await.unwrap();
                Lock::Sqlite(connection)
            }
            Self::Postgres { url, .. } => {
                let mut connection = PgConnection::connect(url).await.unwrap();
                let sql = "BEGIN; LOCK TABLE users IN EXCLUSIVE MODE";
                sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
                Lock::Postgres(connection)
            }
        }
    }

    /// Removes the test's database and folder.
    pub async fn drop_it(&self) {
        match self {
            Self::Sqlite(_) => std::fs::remove_dir_all(self.folder()).unwrap(),
            Self::Postgres { name, server, .. } => {
                // The folder exists only if something was written to it.
                let _ = std::fs::remove_dir_all(self.folder());
                let mut connection = PgConnection::connect(server).await.unwrap();
                let sql = format!("DROP DATABASE {name} WITH (FORCE)");
                sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
            }
        }
    }
}
