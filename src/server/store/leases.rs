//! Leases for jobs that one node runs at a time.

use super::{
    Db, StoreError,
    db::{execute, on_db},
};
use crate::model::Timestamp;

/// The right of one process to run a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    pub name: &'static str,
    /// The holding process; unique for each process.
    pub holder: String,
    /// The end by the holder's clock. Each renewal changes it.
    pub until: Timestamp,
}

impl Db {
    /// Takes a free lease, renews the holder's own, or takes over `gone` if its row has not changed since it was
    /// read. Returns whether the lease is held.
    pub async fn take_lease(&self, lease: Lease, gone: Option<Lease>) -> Result<bool, StoreError> {
        let (gone_holder, gone_until) = gone.map(|gone| (gone.holder, gone.until)).unzip();
        self.write(move |tx| {
            Box::pin(async move {
                let sql = "
                    INSERT INTO leases (name, holder, until_at)
                    VALUES ($1, $2, $3)
                    ON CONFLICT (name) DO UPDATE
                    SET holder = excluded.holder, until_at = excluded.until_at
                    WHERE leases.holder = excluded.holder OR leases.holder = $4 AND leases.until_at = $5";
                let holder = lease.holder.as_str();
                let taken = execute!(tx, sql, lease.name, holder, lease.until, gone_holder.as_deref(), gone_until)?;
                Ok(taken == 1)
            })
        })
        .await
    }

    /// Returns a lease and its holder; `None` if it is free.
    pub async fn find_lease(&self, name: &'static str) -> Result<Option<Lease>, StoreError> {
        let sql = "SELECT holder, until_at FROM leases WHERE name = $1";
        let row: Option<(String, Timestamp)> =
            on_db!(self, |conn| sqlx::query_as(sql).bind(name).fetch_optional(conn))?;
        Ok(row.map(|(holder, until)| Lease { name, holder, until }))
    }

    /// Releases a lease, so that another process need not wait for it to end.
    pub async fn drop_lease(&self, name: &'static str, holder: String) -> Result<(), StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                execute!(tx, "DELETE FROM leases WHERE name = $1 AND holder = $2", name, holder).map(drop)
            })
        })
        .await
    }
}
