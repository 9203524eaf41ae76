//! The server under test, and its restarts.

use super::{BEGIN, Database, FIRST, Lock, keys::keys};
use axum::Router;
use claviger::{
    model::{Timestamp, USER},
    server::{
        clock::Clock,
        http::{self, state::AppState},
        randomness::Randomness,
        services::{Services, tokens::Keyring},
        settings::{Settings, Source},
        store::Db,
    },
};
use std::{collections::BTreeMap, path::PathBuf, sync::Arc, time::Duration};

/// A server without a socket.
#[derive(Clone)]
pub struct TestApp {
    pub services: Services,
    pub clock: Clock,
    pub db: Db,
    pub(super) router: Router,
    pub(super) state: AppState,
    pub(super) database: Arc<Database>,
}

impl TestApp {
    /// Starts on a fresh database, with these settings on top of the tests' own. Only the first user exists.
    pub async fn start(database: Database, settings: &[(&str, &str)]) -> Self {
        let db = database.open().await;
        db.migrate().await.unwrap();
        let app = Box::pin(Self::on(Arc::new(database), db, Clock::standing_at(BEGIN), keys(), settings)).await;
        Box::pin(app.user_with(FIRST, &[USER], false)).await;
        app.run_sql("DELETE FROM audit").await;
        app
    }

    /// Deletes all users and restarts.
    pub async fn emptied(&self) -> Self {
        self.run_sql("DELETE FROM users").await;
        self.restart(&[]).await
    }

    /// Starts on a database that the test manages itself, without adding the first user.
    pub async fn start_on(database: Arc<Database>) -> Self {
        let db = database.open().await;
        db.migrate().await.unwrap();
        Box::pin(Self::on(database, db, Clock::standing_at(BEGIN), keys(), &[])).await
    }

    /// Ends every open stream, as a shutdown does.
    pub fn end_streams(&self) {
        self.state.watchers.send_away();
    }

    /// Starts a new process on the same database and clock: everything in memory is gone.
    pub async fn restart(&self, settings: &[(&str, &str)]) -> Self {
        self.restart_with(keys(), settings).await
    }

    /// Like [`Self::restart`], with other keys.
    pub async fn restart_with(&self, keys: Keyring, settings: &[(&str, &str)]) -> Self {
        let db = self.database.open().await;
        Box::pin(Self::on(Arc::clone(&self.database), db, self.clock.clone(), keys, settings)).await
    }

    /// Starts another node on the same database, whose clock stands at `now`.
    pub async fn node_at(&self, now: Timestamp) -> Self {
        let db = self.database.open().await;
        Box::pin(Self::on(Arc::clone(&self.database), db, Clock::standing_at(now), keys(), &[])).await
    }

    /// Starts another node on the same database, whose clock is `by` milliseconds ahead.
    pub async fn node_ahead(&self, by: i64) -> Self {
        let db = self.database.open().await;
        Self::on(Arc::clone(&self.database), db, self.clock.ahead(by), keys(), &[]).await
    }

    async fn on(database: Arc<Database>, db: Db, clock: Clock, keys: Keyring, settings: &[(&str, &str)]) -> Self {
        let own = [
            ("passwords.memory_kib", "8"),
            ("passwords.iterations", "1"),
            ("passwords.max_parallel", "2"),
            ("limits.enabled", "false"),
        ];
        let folder = database.folder().display().to_string();
        let own = own.into_iter().chain([("server.data_dir", folder.as_str())]);
        let flags =
            own.chain(settings.iter().copied()).map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        let source = Source { working_dir: "/nowhere".into(), flags, cores: 2, ..Source::default() };
        let settings = Arc::new(Settings::load(&source).unwrap().settings);
        let randomness = Randomness::system();
        let services = Services::build(db.clone(), keys, clock.clone(), randomness.clone(), &settings).await.unwrap();
        // The monitor's poll keeps the node fresh; tests call its tick themselves, because its clock is settable.
        let monitor = services.monitor.clone();
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(Duration::from_millis(200)).await;
                if monitor.look().await.is_err() {
                    return;
                }
            }
        });
        let state = AppState::new(services.clone(), settings, randomness, false);
        Self { services, clock, db, router: http::router(state.clone()), state, database }
    }

    /// Restarts with rate limits, behind a trusted proxy, so that a test can send from any address.
    pub async fn limited(&self, settings: &[(&str, &str)]) -> Self {
        let own = [("limits.enabled", "true"), ("server.trusted_proxies", "127.0.0.1/32")];
        self.restart(&[&own, settings].concat()).await
    }

    /// Advances the clock.
    pub fn pass(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    /// Returns the folder for its mails, which are files unless a mail server is set.
    pub fn data_dir(&self) -> PathBuf {
        self.database.folder()
    }

    /// Returns the URL for `database.url`.
    pub fn database_url(&self) -> String {
        self.database.url()
    }

    /// Queries one number.
    pub async fn count(&self, sql: &'static str) -> i64 {
        self.database.count(sql).await
    }

    /// Returns the row count of each table, and the number of mails as files.
    pub async fn sizes(&self) -> BTreeMap<String, i64> {
        self.database.sizes().await
    }

    /// Changes the database behind the server's back.
    pub async fn run_sql(&self, sql: &'static str) {
        self.database.run(sql).await;
    }

    /// Makes the database refuse writes to one table, or to `every table`, as if it were full or read-only.
    pub async fn refuse_writes(&self, table: &str) {
        self.database.refuse_writes(table).await;
    }

    /// Makes writes wait until the lock is released.
    pub async fn lock_writes(&self) -> Lock {
        self.database.lock_writes().await
    }

    /// Returns all text in the database.
    pub async fn dump(&self) -> String {
        self.database.dump().await
    }
}
