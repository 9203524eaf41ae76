//! Deletes data past its retention period, in the database and in the mail folder.

use super::{AuditService, Core, ServiceError, mail::Files};
use crate::{
    model::Timestamp,
    server::{settings::Settings, store::Kept},
};
use std::sync::Arc;

/// Deletes expired data.
#[derive(Clone)]
pub struct RetentionService {
    core: Arc<Core>,
    audit: AuditService,
    kept: Kept,
    outbox: Files,
}

impl RetentionService {
    pub(super) fn new(core: Arc<Core>, audit: AuditService, settings: &Settings) -> Self {
        let kept = Kept {
            unconfirmed_accounts: settings.accounts.unconfirmed_retention,
            mails: settings.mail.retention,
            idle_sessions: settings.tokens.refresh_ttl,
            sessions: settings.tokens.session_retention,
            audit: settings.audit.retention,
        };
        Self { core, audit, kept, outbox: Files::of(settings) }
    }

    /// Deletes what has expired by now; nothing while the clock is not trusted.
    pub async fn sweep(&self) -> Result<(), ServiceError> {
        self.core.clock_check.compare().await?;
        match self.core.clock_check.believed_now() {
            Some(now) => self.sweep_at(now).await,
            None => Ok(()),
        }
    }

    /// Deletes what has expired at `now`.
    pub async fn sweep_at(&self, now: Timestamp) -> Result<(), ServiceError> {
        self.core.db.sweep(self.kept, now).await?;
        if let Err(error) = self.outbox.delete_made_before(now - self.kept.mails).await {
            tracing::warn!(cause = ?error, "can't delete old emails in the folder outbox");
        }
        let pruned = self.audit.prune(now).await;
        self.audit.erase(now).await.and(pruned)
    }
}
