//! PostgreSQL, where every wait has an end: a node that stands still, a network that swallows everything
//! and a server that hangs cost some answers for some seconds, and nothing after that.

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

/// How many connections requests share, and how long one waits for its turn, or for a new connection.
const CONNECTIONS: u32 = 16;
pub(super) const TURN: Duration = Duration::from_secs(5);
/// How many more are kept apart, and how long what uses them waits: it asks again soon.
const APART: u32 = 2;
const PATIENCE_APART: Duration = Duration::from_secs(2);
/// How much longer than the server itself we wait for the end of one statement, before it counts as lost.
const MARGIN: Duration = Duration::from_secs(2);
/// How long an idle connection may take to say that it is alive.
pub(super) const PING: Duration = Duration::from_secs(2);
/// How long what changes the tables may wait for others that do the same, and how long it may take.
const MIGRATING_ELSEWHERE: &str = "10min";
const MIGRATION: Duration = Duration::from_hours(6);

/// How long the server lets one connection keep others waiting.
#[derive(Debug, Clone, Copy)]
pub struct TimeLimits {
    /// Waiting for what another transaction holds.
    pub lock: Duration,
    /// One statement.
    pub statement: Duration,
    /// Saying nothing within a transaction. Longer than `lock`: those who wait on behalf of a node that
    /// stands still must have given up before what they wait for is theirs.
    pub idle_transaction: Duration,
}

/// A server that many nodes share.
#[derive(Clone)]
pub struct Postgres {
    pool: PgPool,
    /// Connections that no request can take.
    apart: PgPool,
    options: Arc<PgConnectOptions>,
    /// How long an operation may take as a whole.
    patience: Duration,
    suspicion: Suspicion,
}

/// When a connection went silent last: those that were made before go the same way.
#[derive(Clone, Default)]
struct Suspicion(Arc<Mutex<Option<Instant>>>);

/// A connection that is lent. Dropped, it goes back; one in an unknown state is cut off instead.
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

    /// The same on connections that requests can't use up, for what must not wait for them.
    pub(super) fn apart(&self) -> Self {
        Self { pool: self.apart.clone(), patience: PATIENCE_APART, ..self.clone() }
    }

    /// A connection for one read.
    pub(super) async fn lend(&self) -> Result<Lent, StoreError> {
        // Boxed, since every read waits here, and what connects is large.
        let connection = Box::pin(self.pool.acquire()).await?;
        Ok(Lent { connection, is_known: true, suspicion: self.suspicion.clone() })
    }

    /// How long an operation may take as a whole.
    pub(super) fn patience(&self) -> Duration {
        self.patience
    }

    /// Does `operation` in a transaction, to its end even if the caller goes away, but within `patience`.
    pub(super) async fn write<T, F>(&self, patience: Duration, operation: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'a> FnOnce(&'a mut Tx) -> Written<'a, T> + Send + 'static,
    {
        let postgres = self.clone();
        let done = tokio::spawn(async move {
            let mut lent = postgres.lend().await?;
            // Should the operation panic, nobody gets a connection with its transaction open.
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

    /// Brings the tables to the version of `migrations`, on a connection that may take long.
    pub(super) async fn migrate(&self, migrations: &sqlx::migrate::Migrator) -> Result<(), StoreError> {
        let patient = [("lock_timeout", MIGRATING_ELSEWHERE), ("statement_timeout", "0")];
        let options = self.options().options(patient);
        let connected = timeout(TURN, PgConnection::connect_with(&options)).await;
        let mut connection = connected.map_err(|_| StoreError::Unavailable(None))??;
        let done = timeout(MIGRATION, migrations.run(&mut connection)).await;
        Ok(done.map_err(|_| StoreError::Unavailable(None))?.map_err(Error::from)?)
    }

    /// How each of its connections is made.
    pub(super) fn options(&self) -> PgConnectOptions {
        (*self.options).clone()
    }

    /// Waits for what is being written, then lets go of the server.
    pub(super) async fn close(&self) {
        tokio::join!(self.pool.close(), self.apart.close());
    }
}

/// What the server is asked to do for each connection, among others to notice by itself that we are gone.
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

/// The one way to a transaction. Its end is known only when the server has said so.
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
    // Why it failed is worth more than that it could not be undone: the server does that by itself.
    answer.and_then(|answer| ended.map(|()| answer))
}

async fn control(tx: &mut Tx, sql: &'static str) -> Result<(), StoreError> {
    let Tx::Postgres(lent) = tx else { return Err(StoreError::BrokenOff) };
    sqlx::raw_sql(sql).execute(&mut **lent).await?;
    Ok(())
}

/// A pool that trusts no connection without having asked it.
fn pool(suspicion: &Suspicion) -> PgPoolOptions {
    let suspicion = suspicion.clone();
    // Its own question has no time limit.
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
    /// Takes the end of a read.
    pub(super) fn settle<T>(&mut self, done: Result<Result<T, Error>, Elapsed>) -> Result<T, StoreError> {
        let Ok(answer) = done else {
            self.went_silent();
            return Err(StoreError::Unavailable(None));
        };
        self.is_known = !matches!(answer, Err(Error::Io(_) | Error::Protocol(_)));
        Ok(answer?)
    }

    fn went_silent(&mut self) {
        tracing::warn!("a connection to the database went silent; it is cut off, and others that are as old");
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
        // It owns the connection: dropped before its end, it gives the place back and cuts the connection off.
        let returned = self.connection.return_to_pool();
        if self.is_known {
            // What sqlx does by itself is the same without a time limit.
            tokio::spawn(timeout(PING, returned));
        }
    }
}
