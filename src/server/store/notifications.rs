//! Notifications from other nodes about new revocations, without polling.

use super::{
    Db, StoreError,
    db::Tx,
    postgres::{PING, Postgres, TURN},
};
use sqlx::postgres::{PgListener, PgPoolOptions};
use std::time::Duration;
use tokio::time::timeout;

/// The PostgreSQL channel of the notifications.
const CHANNEL: &str = "claviger";
/// How long the connection may be silent before the server is pinged.
const SILENCE: Duration = Duration::from_secs(15);

/// Listener for notifications of other nodes. On SQLite it never receives one; processes poll the file instead.
pub struct Notifications(Option<PgListener>);

impl Db {
    /// Starts listening for notifications of other nodes.
    pub async fn listen(&self) -> Result<Notifications, StoreError> {
        match self {
            Self::Sqlite { .. } => Ok(Notifications(None)),
            Self::Postgres(postgres) => Ok(Notifications(Some(listener(postgres).await?))),
        }
    }
}

async fn listener(postgres: &Postgres) -> Result<PgListener, StoreError> {
    // A separate pool: a listener that went silent keeps its connection until TCP gives up.
    let pool = PgPoolOptions::new().max_connections(1).acquire_timeout(TURN).max_lifetime(None).idle_timeout(None);
    let mut listener = PgListener::connect_with(&pool.connect_lazy_with(postgres.options())).await?;
    listener.eager_reconnect(false);
    let listening = timeout(PING, listener.listen(CHANNEL)).await;
    listening.map_err(|_| StoreError::Unavailable(None))??;
    Ok(listener)
}

impl Notifications {
    /// Waits until another node has written something that all nodes must read. Waits forever on SQLite. Fails
    /// when the connection is lost: notifications may have been missed.
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

/// Checks that the server still responds.
async fn ask(listener: &mut PgListener) -> Result<(), StoreError> {
    let asked = timeout(PING, sqlx::raw_sql("SELECT 1").execute(listener)).await;
    asked.map_err(|_| StoreError::Unavailable(None))??;
    Ok(())
}

impl Tx {
    /// Notifies the listening nodes when this transaction commits. On SQLite, processes poll the file.
    pub(super) async fn notify_nodes(&mut self) -> Result<(), StoreError> {
        if let Self::Postgres(lent) = self {
            sqlx::query("SELECT pg_notify($1, '')").bind(CHANNEL).execute(&mut **lent).await?;
        }
        Ok(())
    }
}
