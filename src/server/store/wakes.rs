//! Hearing that others have written what all must know, without asking for it.

use super::{
    Db, StoreError,
    db::Tx,
    postgres::{PING, Postgres, TURN},
};
use sqlx::postgres::{PgListener, PgPoolOptions};
use std::time::Duration;
use tokio::time::timeout;

/// PostgreSQL's channel for it.
const CHANNEL: &str = "claviger";
/// How long nothing may be heard before it is asked whether the server is still there.
const SILENCE: Duration = Duration::from_secs(15);

/// Hears that other nodes have written what all must know. On SQLite, nothing: who wants to know watches the file.
pub struct Wakes(Option<PgListener>);

impl Db {
    /// Listens for what other nodes write.
    pub async fn listen(&self) -> Result<Wakes, StoreError> {
        match self {
            Self::Sqlite { .. } => Ok(Wakes(None)),
            Self::Postgres(postgres) => Ok(Wakes(Some(listener(postgres).await?))),
        }
    }
}

async fn listener(postgres: &Postgres) -> Result<PgListener, StoreError> {
    // A pool of its own: a listener that went silent keeps its place for as long as TCP believes in it.
    let pool = PgPoolOptions::new().max_connections(1).acquire_timeout(TURN).max_lifetime(None).idle_timeout(None);
    let mut listener = PgListener::connect_with(&pool.connect_lazy_with(postgres.options())).await?;
    listener.eager_reconnect(false);
    let listening = timeout(PING, listener.listen(CHANNEL)).await;
    listening.map_err(|_| StoreError::Unavailable(None))??;
    Ok(listener)
}

impl Wakes {
    /// Waits until somebody else has written what all nodes must know. On SQLite, for ever. Fails when this
    /// can't be heard any more: something may have been missed.
    pub async fn wait(&mut self) -> Result<(), StoreError> {
        let Some(listener) = &mut self.0 else { return std::future::pending().await };
        loop {
            match timeout(SILENCE, listener.try_recv()).await {
                Ok(heard) => break heard?.map(drop).ok_or(StoreError::Unavailable(None))?,
                Err(_) => ask(listener).await?,
            }
        }
        while listener.next_buffered().is_some() {}
        Ok(())
    }
}

/// Whether the server is still there.
async fn ask(listener: &mut PgListener) -> Result<(), StoreError> {
    let asked = timeout(PING, sqlx::raw_sql("SELECT 1").execute(listener)).await;
    asked.map_err(|_| StoreError::Unavailable(None))??;
    Ok(())
}

impl Tx {
    /// Wakes the nodes that listen, when this transaction is committed. On SQLite they watch the file.
    pub(super) async fn wake_nodes(&mut self) -> Result<(), StoreError> {
        if let Self::Postgres(lent) = self {
            sqlx::query("SELECT pg_notify($1, '')").bind(CHANNEL).execute(&mut **lent).await?;
        }
        Ok(())
    }
}
