//! Seals events into the chain.

use super::{
    AuditService,
    chain::{self, hexadecimal},
};
use crate::server::{domain::ChainHead, services::ServiceError, store::StoreError};
use std::time::Duration;

/// How many events are sealed in one transaction.
const SEALED: i64 = 200;
/// The pause between two transactions, which leaves the database to requests.
pub(super) const PAUSE: Duration = Duration::from_millis(20);

impl AuditService {
    /// Seals every event that is not sealed yet, in the order of their ids.
    pub async fn seal(&self) -> Result<(), ServiceError> {
        while self.seal_some().await? == SEALED {
            tokio::time::sleep(PAUSE).await;
        }
        Ok(())
    }

    async fn seal_some(&self) -> Result<i64, ServiceError> {
        let db = &self.core.db;
        let mut seals = Vec::new();
        let first = db.chain_head().await?;
        let mut head = first.clone();
        for event in db.unsealed_events(SEALED).await? {
            let seal = chain::seal(&event, &head, hexadecimal(&self.core.randomness.bytes::<16>()));
            head = ChainHead { sequence: seal.sequence, hash: seal.hash.clone() };
            seals.push((event.id, seal));
        }
        let count = i64::try_from(seals.len()).unwrap_or(SEALED);
        match db.seal_events(first.clone(), seals).await {
            // Another node has sealed them meanwhile. If it has not, nothing can be sealed.
            Err(StoreError::Changed) if db.chain_head().await? != first => Ok(0),
            done => Ok(done.map(|()| count)?),
        }
    }
}
