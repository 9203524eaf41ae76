//! PostgreSQL with a time limit on every wait: a stalled node, a network that drops everything or a server that
//! hangs delays some responses by seconds, and nothing after that.

use super::{
    StoreError,
    db::{Tx, Written},
};
use sqlx::{
    Connection, Error, PgConnection, PgPool,
    pool::{PoolConnection, PoolConnectionMetadata},
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::{
    ops::{Deref, DerefMut},
    str::FromStr,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tokio::time::{error::Elapsed, timeout};

/// How many connections requests share, and how long one waits for a free or new connection.
const CONNECTIONS: u32 = 16;
pub(super) const TURN: Duration = Duration::from_secs(5);
/// The size of the separate pool, and how long its users wait: they retry soon.
const APART: u32 = 2;
const PATIENCE_APART: Duration = Duration::from_secs(2);
/// How much longer than the server's own limit we wait for a statement before its connection counts as lost.
const MARGIN: Duration = Duration::from_secs(2);
/// How long an idle connection may take to respond to a ping.
pub(super) const PING: Duration = Duration::from_secs(2);
/// How long a migration may wait for locks, and how long it may take.
const MIGRATING_ELSEWHERE: &str = "10min";
const MIGRATION: Duration = Duration::from_hours(6);

/// How long the server lets one connection block others.
#[derive(Debug, Clone, Copy)]
pub struct TimeLimits {
    /// Waiting for a lock that another transaction holds.
    pub lock: Duration,
    /// One statement.
    pub statement: Duration,
    /// An idle transaction. Longer than `lock`: a stalled node's waiting statements must time out before the
    /// server aborts its idle transaction, or they get the locks and block others in turn.
    pub idle_transaction: Duration,
}

/// A PostgreSQL server that several nodes share.
#[derive(Clone)]
pub struct Postgres {
    pool: PgPool,
    /// Connections that no request can take.
    apart: PgPool,
    options: Arc<PgConnectOptions>,
    /// How long an operation may take in total.
    patience: Duration,
    suspicion: Suspicion,
}

/// The time when a connection last went silent. Connections opened before it are closed, too.
#[derive(Clone, Default)]
struct Suspicion(Arc<Mutex<Option<Instant>>>);

/// A connection on loan. Drop returns it to the pool, or closes it if its state is unknown.
pub struct Lent {
    connection: PoolConnection<sqlx::Postgres>,
    is_known: bool,
    suspicion: Suspicion,
}

impl Postgres {
    /// Connects to the server that `url` names.
    pub(super) async fn open(url: &str, limits: TimeLimits) -> Result<Self, StoreError> {
        let options = PgConnectOptions::from_str(url)?.application_name("claviger").options(session(limits));
        let suspicion = Suspicion::default();
        let pool = pool(&suspicion).max_connections(CONNECTIONS).connect_with(options.clone()).await?;
        let apart = pool_apart(&suspicion).connect_lazy_with(options.clone());
        let patience = limits.statement + MARGIN;
        Ok(Self { pool, apart, options: Arc::new(options), patience, suspicion })
    }

    /// Returns the same database on connections that requests can't exhaust, for work that must not wait for requests.
    pub(super) fn apart(&self) -> Self {
        Self { pool: self.apart.clone(), patience: PATIENCE_APART, ..self.clone() }
    }

    /// Acquires a connection for one read.
    pub(super) async fn lend(&self) -> Result<Lent, StoreError> {
        // Boxed, because every read awaits this and the future that connects is large.
        let connection = Box::pin(self.pool.acquire()).await?;
        Ok(Lent { connection, is_known: true, suspicion: self.suspicion.clone() })
    }

    /// Returns how long an operation may take in total.
    pub(super) fn patience(&self) -> Duration {
        self.patience
    }

    /// Runs `operation` in a transaction, to its end even if the caller goes away, but within `patience`.
    pub(super) async fn write<T, F>(&self, patience: Duration, operation: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'a> FnOnce(&'a mut Tx) -> Written<'a, T> + Send + 'static,
    {
        let postgres = self.clone();
        let done = tokio::spawn(async move {
            let mut lent = postgres.lend().await?;
            // If the operation panics, its connection must not return to the pool with an open transaction.
            lent.is_known = false;
            let mut tx = Tx::Postgres(lent);
            let done = timeout(patience, transact(&mut tx, operation)).await;
            let Tx::Postgres(mut lent) = tx else { return Err(StoreError::BrokenOff) };
            done.unwrap_or_else(|_| {
                lent.went_silent();
                Err(StoreError::Unavailable(None))
            })
        });
        done.await.map_err(|_| StoreError::BrokenOff)?
    }

    /// Applies `migrations` over a separate connection without a statement timeout.
    pub(super) async fn migrate(&self, migrations: &sqlx::migrate::Migrator) -> Result<(), StoreError> {
        let patient = [("lock_timeout", MIGRATING_ELSEWHERE), ("statement_timeout", "0")];
        let options = self.options().options(patient);
        let connected = timeout(TURN, PgConnection::connect_with(&options)).await;
        let mut connection = connected.map_err(|_| StoreError::Unavailable(None))??;
        let done = timeout(MIGRATION, migrations.run(&mut connection)).await;
        Ok(done.map_err(|_| StoreError::Unavailable(None))?.map_err(Error::from)?)
    }

    /// Returns the options of its connections.
    pub(super) fn options(&self) -> PgConnectOptions {
        (*self.options).clone()
    }

    /// Waits for pending writes, then closes all connections.
    pub(super) async fn close(&self) {
        tokio::join!(self.pool.close(), self.apart.close());
    }
}

/// Session settings of each connection. The TCP ones let the server notice on its own that this node is gone.
fn session(limits: TimeLimits) -> [(&'static str, String); 7] {
    let millis = |limit: Duration| format!("{}ms", limit.as_millis());
    [
        ("lock_timeout", millis(limits.lock)),
        ("statement_timeout", millis(limits.statement)),
        ("idle_in_transaction_session_timeout", millis(limits.idle_transaction)),
        ("tcp_user_timeout", "15s".to_owned()),
        ("tcp_keepalives_idle", "10s".to_owned()),
        ("tcp_keepalives_interval", "5s".to_owned()),
        ("tcp_keepalives_count", "3".to_owned()),
    ]
}

/// Runs `operation` between BEGIN and COMMIT or ROLLBACK. The state of the connection is known only after the
/// server has confirmed the end.
async fn transact<T, F>(tx: &mut Tx, operation: F) -> Result<T, StoreError>
where
    F: for<'a> FnOnce(&'a mut Tx) -> Written<'a, T>,
{
    control(tx, "BEGIN").await?;
    let answer = operation(tx).await;
    let ended = control(tx, if answer.is_ok() { "COMMIT" } else { "ROLLBACK" }).await;
    if ended.is_ok()
        && let Tx::Postgres(lent) = tx
    {
        lent.is_known = true;
    }
    // The operation's error matters more than a failed rollback: the server rolls back on its own.
    answer.and_then(|answer| ended.map(|()| answer))
}

async fn control(tx: &mut Tx, sql: &'static str) -> Result<(), StoreError> {
    let Tx::Postgres(lent) = tx else { return Err(StoreError::BrokenOff) };
    sqlx::raw_sql(sql).execute(&mut **lent).await?;
    Ok(())
}

/// Returns a pool that pings a connection before each use.
fn pool(suspicion: &Suspicion) -> PgPoolOptions {
    let suspicion = suspicion.clone();
    // sqlx's own ping has no time limit.
    let options = PgPoolOptions::new().acquire_timeout(TURN).test_before_acquire(false);
    options.before_acquire(move |connection, about| {
        let suspicion = suspicion.clone();
        Box::pin(async move { Ok(suspicion.is_alive(connection, &about).await) })
    })
}

fn pool_apart(suspicion: &Suspicion) -> PgPoolOptions {
    pool(suspicion).max_connections(APART).acquire_timeout(PATIENCE_APART)
}

impl Suspicion {
    async fn is_alive(&self, connection: &mut PgConnection, about: &PoolConnectionMetadata) -> bool {
        if self.since().is_some_and(|silent| silent.elapsed() <= about.age) {
            return false;
        }
        let pong = timeout(PING, connection.ping()).await;
        if pong.is_err() {
            self.raise();
        }
        matches!(pong, Ok(Ok(())))
    }

    fn since(&self) -> Option<Instant> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn raise(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }
}

impl Lent {
    /// Evaluates the result of a read and notes whether the connection can be reused.
    pub(super) fn settle<T>(&mut self, done: Result<Result<T, Error>, Elapsed>) -> Result<T, StoreError> {
        let Ok(answer) = done else {
            self.went_silent();
            return Err(StoreError::Unavailable(None));
        };
        self.is_known = !matches!(answer, Err(Error::Io(_) | Error::Protocol(_)));
        Ok(answer?)
    }

    fn went_silent(&mut self) {
        tracing::warn!("a database connection stopped responding; closing it and others of its age");
        self.is_known = false;
        self.suspicion.raise();
    }
}

impl Deref for Lent {
    type Target = PgConnection;

    fn deref(&self) -> &Self::Target {
        &self.connection
    }
}

impl DerefMut for Lent {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.connection
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        // The future owns the connection: if it is dropped early, it frees the slot and closes the connection.
        let returned = self.connection.return_to_pool();
        if self.is_known {
            // sqlx does the same on drop, but without a time limit.
            tokio::spawn(timeout(PING, returned));
        }
    }
}
