//! The test app: a fresh database, a settable clock, the real router.

mod answer;
mod asking;
mod browser;
mod database;
mod invariants;
mod mail_server;
mod mails;
mod stream;

pub use answer::Answer;
use asking::Asking;
use axum::Router;
pub use browser::Browser;
use claviger::{
    model::{Email, Password, SessionId, Timestamp, USER, User, UserId, Username},
    server::{
        clock::Clock,
        domain::{Actor, UserChange},
        http::{self, state::AppState},
        randomness::Randomness,
        services::{
            Caller, NewAccount, Services,
            tokens::{Keyring, MasterSecret},
        },
        settings::{Settings, Source},
        store::Db,
    },
};
pub use database::Database;
pub use mail_server::{MailServer, parsed as mail_file};
pub use mails::{Mail, token_of};
use std::{collections::BTreeMap, path::PathBuf, sync::Arc, time::Duration};
pub use stream::Stream;

/// The password of all test users.
pub const PASSWORD: &str = "correct horse battery staple";
/// How long a test waits for something that must happen, even on a slow and busy machine.
pub const PATIENCE: Duration = Duration::from_mins(2);
/// The username of a user that exists in every test: without users, a server waits to be set up.
pub const FIRST: &str = "first";
/// Counts the other users.
pub const USERS: &str = "SELECT count(*) FROM users WHERE username IS NULL OR username <> 'first'";
/// The clock's time when a test begins.
pub const BEGIN: Timestamp = Timestamp(1_800_000_000_000);

/// Returns how often to run a race: the short count in the usual tests, the long one in `cargo xtask soak`.
pub fn rounds(short: usize, soak: usize) -> usize {
    if is_soak() { soak } else { short }
}

/// Returns whether this is a soak run.
pub fn is_soak() -> bool {
    std::env::var_os("CLAVIGER_SOAK").is_some()
}

/// A server without a socket.
#[derive(Clone)]
pub struct TestApp {
    pub services: Services,
    pub clock: Clock,
    pub db: Db,
    router: Router,
    state: AppState,
    database: Arc<Database>,
}

/// Runs each test on both databases, and checks the store's invariants afterwards.
#[macro_export]
macro_rules! on_both_databases {
    ($($(#[$doc:meta])* async fn $name:ident($app:ident) $body:block)+) => { $(
        mod $name {
            #[allow(unused_imports, clippy::allow_attributes, clippy::allow_attributes_without_reason)]
            use super::*;

            async fn story($app: $crate::app::TestApp) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn on_sqlite() {
                $crate::app::run_test($crate::app::Database::sqlite(), story).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn on_postgres() {
                $crate::app::run_test($crate::app::Database::postgres().await, story).await;
            }
        }
    )+ };
}

/// Runs a test on its own database.
pub async fn run_test<S, F>(database: Database, story: S)
where
    S: FnOnce(TestApp) -> F,
    F: Future<Output = ()>,
{
    let app = Box::pin(TestApp::start(database, &[])).await;
    let (database, db) = (Arc::clone(&app.database), app.db.clone());
    Box::pin(story(app)).await;
    invariants::check(&database).await;
    db.close().await;
    database.drop_it().await;
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
        let randomness = Randomness::System;
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

    /// Creates a user with the confirmed address `<name>@example.com`, this username, and `PASSWORD`.
    pub async fn user(&self, name: &str) -> User {
        self.user_with(name, &[USER], true).await
    }

    /// Like [`Self::user`], with the role `admin` as well.
    pub async fn admin(&self, name: &str) -> User {
        self.user_with(name, &["admin", USER], true).await
    }

    pub async fn user_with(&self, name: &str, roles: &[&str], is_verified: bool) -> User {
        let account = NewAccount {
            email: Email::parse(&format!("{name}@example.com")).unwrap(),
            is_verified,
            username: Some(Username::parse(name).unwrap()),
            name: None,
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            password: Password::choose(PASSWORD, 8, &[]).unwrap(),
        };
        let id = self.services.users.create(account, Actor::Cli, &Caller::command_line()).await.unwrap();
        self.find(id).await
    }

    pub async fn find(&self, id: UserId) -> User {
        self.services.users.find(id).await.unwrap().unwrap()
    }

    /// Changes a user as the command line does.
    pub async fn change(&self, id: UserId, change: UserChange) -> User {
        self.services.users.change(id, change, Actor::Cli, &Caller::command_line()).await.unwrap()
    }

    /// Builds a request without credentials.
    pub fn get(&self, path: &str) -> Asking {
        Asking::new(self.router.clone(), "GET", path)
    }

    pub fn post(&self, path: &str) -> Asking {
        Asking::new(self.router.clone(), "POST", path)
    }

    pub fn patch(&self, path: &str) -> Asking {
        Asking::new(self.router.clone(), "PATCH", path)
    }

    pub fn delete(&self, path: &str) -> Asking {
        Asking::new(self.router.clone(), "DELETE", path)
    }

    pub fn request(&self, method: &str, path: &str) -> Asking {
        Asking::new(self.router.clone(), method, path)
    }

    /// Returns a browser without cookies.
    pub fn browser(&self) -> Browser {
        Browser::new(self.clone())
    }

    /// Returns a browser in which `name` is signed in.
    pub async fn signed_in(&self, name: &str) -> Browser {
        let browser = self.browser();
        let answer = browser.sign_in(name, PASSWORD).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        assert_eq!(answer.header("location"), "/dashboard");
        browser
    }

    /// Sends `POST /api/auth/login`.
    pub async fn log_in(&self, email: &str, password: &str) -> Answer {
        let body = serde_json::json!({ "email": email, "password": password });
        self.post("/api/auth/login").json(&body).send().await
    }

    /// Returns the access and refresh token of a new `api` session of `<name>@example.com`.
    pub async fn tokens(&self, name: &str) -> (String, String) {
        let answer = self.log_in(&format!("{name}@example.com"), PASSWORD).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        (
            answer.json()["token"].as_str().unwrap().to_owned(),
            answer.json()["refreshToken"].as_str().unwrap().to_owned(),
        )
    }

    /// Sends `POST /api/v1/auth/refresh`.
    pub async fn refresh(&self, token: &str) -> Answer {
        self.post("/api/v1/auth/refresh").json(&serde_json::json!({ "refreshToken": token })).send().await
    }

    /// Sends `GET /api/user/profile` with a bearer token.
    pub async fn profile(&self, token: &str) -> Answer {
        self.get("/api/user/profile").bearer(token).send().await
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

    /// Returns all text in the database.
    pub async fn dump(&self) -> String {
        self.database.dump().await
    }

    /// Returns the session of an access token, read from its payload.
    pub fn session_of(token: &str) -> SessionId {
        claims_of(token)["sid"].as_str().unwrap().parse().unwrap()
    }
}

fn secret(text: &str) -> MasterSecret {
    MasterSecret::new(text.as_bytes().to_vec())
}

/// The keys of all test servers.
fn keys() -> Keyring {
    Keyring::new(&secret("only for tests: 32 bytes of text"), &[])
}

/// The keys after a change of the secret.
pub fn rotated_keys() -> Keyring {
    Keyring::new(&secret("newer, for tests: 32 bytes of it"), &[secret("only for tests: 32 bytes of text")])
}

/// Returns the payload of a token without verifying it.
pub fn claims_of(token: &str) -> serde_json::Value {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}
