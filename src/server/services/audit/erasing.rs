//! Takes users who are gone out of the log. The chain still holds: its hashes cover only a hash of the details.

use super::{AuditService, Fault, chain, sealing::PAUSE};
use crate::{
    model::{AuditId, Timestamp, UserId},
    server::{domain::Trace, services::ServiceError},
};
use std::time::Duration;

/// How long the log tells about users after they were deleted, so that misuse can be investigated.
const REMEMBERED: Duration = Duration::from_hours(30 * 24);
/// How many events are erased in one transaction.
const ERASED: i64 = 200;

impl AuditService {
    /// Erases names, values, networks and devices of deleted users from the log, and signs what is left of each
    /// event. An event that was tampered with is kept as it is, and the first of them is the error.
    pub async fn erase(&self, now: Timestamp) -> Result<(), ServiceError> {
        while let Some(user) = self.core.db.due_erasure(now - REMEMBERED).await? {
            self.seal().await?;
            self.erase_user(user).await?;
            self.core.db.finish_erasure(user).await?;
        }
        Ok(())
    }

    async fn erase_user(&self, user: UserId) -> Result<(), ServiceError> {
        let keys = self.core.keys.audit_keys();
        let mut after = AuditId::first_at(Timestamp(0));
        loop {
            let traces = self.core.db.traces(user, after, ERASED).await?;
            let Some(last) = traces.last() else { return Ok(()) };
            after = last.event.id;
            let mut signed = Vec::new();
            for Trace { event, rest } in traces {
                if !chain::is_unchanged(&event, &keys) {
                    return Err(Fault::changed(&event).into());
                }
                if let Some(seal) = rest.seal.as_ref().filter(|_| rest != event) {
                    signed.push((rest.clone(), self.core.keys.sign_audit(&chain::erased(&rest, seal))));
                }
            }
            self.core.db.erase_details(signed).await?;
            tokio::time::sleep(PAUSE).await;
        }
    }
}
