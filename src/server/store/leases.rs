//! Leases: who does the work that one node does at a time.

use super::{Db, StoreError, db::execute};
use crate::model::Timestamp;

/// A piece of work to be held until its time.
#[derive(Debug, Clone)]
pub struct Lease {
    pub name: &'static str,
    /// Who holds it: another text for each process.
    pub holder: String,
    pub until: Timestamp,
}

impl Db {
    /// Takes or renews a lease. Answers whether it is held: not while it is another's.
    pub async fn take_lease(&self, lease: Lease, now: Timestamp) -> Result<bool, StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let sql = "
                    INSERT INTO leases (name, holder, until_at)
                    VALUES ($1, $2, $3)
                    ON CONFLICT (name) DO UPDATE
                    SET holder = excluded.holder, until_at = excluded.until_at
                    WHERE leases.holder = excluded.holder OR leases.until_at <= $4";
                let taken = execute!(tx, sql, lease.name, lease.holder.as_str(), lease.until, now)?;
                Ok(taken == 1)
            })
        })
        .await
    }

    /// Lets go of a lease, so that another need not wait for its end.
    pub async fn drop_lease(&self, name: &'static str, holder: String) -> Result<(), StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                execute!(tx, "DELETE FROM leases WHERE name = $1 AND holder = $2", name, holder).map(drop)
            })
        })
        .await
    }
}
