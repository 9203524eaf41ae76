//! Mails as administrators see them.

use super::{Mailer, ServiceError, worker::CLAIM};
use crate::{
    model::{MailId, MailState},
    server::{
        domain::{Actor, AuditAction, AuditTarget, OutboxMessage, TargetKind},
        services::Caller,
        store::StoreError,
    },
};

/// One mail with its content.
#[derive(Debug, Clone)]
pub struct Preview {
    pub mail: OutboxMessage,
    /// `None` if it was deleted, a day after sending, or can't be decrypted.
    pub content: Option<MailContent>,
    /// Whether links and codes are left out of the content.
    pub hides_secrets: bool,
}

/// The content of a mail.
#[derive(Clone)]
pub struct MailContent {
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// Keeps the content out of logs. Previews of mails in files include their secrets.
impl std::fmt::Debug for MailContent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MailContent(***)")
    }
}

/// How many mails are in each state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MailCounts {
    pub waiting: i64,
    pub sent: i64,
    pub failed: i64,
}

/// Why a mail can't be sent again.
#[derive(Debug, thiserror::Error)]
pub enum ResendError {
    /// The mail is unknown, its content is gone, or it is about to be sent.
    #[error("This email can't be resent")]
    Impossible,
    #[error(transparent)]
    Service(#[from] ServiceError),
}

impl Mailer {
    /// Returns up to `limit` mails older than `before`, newest first; only those in `state` if given.
    pub async fn list(
        &self,
        state: Option<MailState>,
        before: Option<MailId>,
        limit: i64,
    ) -> Result<Vec<OutboxMessage>, ServiceError> {
        Ok(self.db.list_mails(state, before, limit).await?)
    }

    /// Returns a mail with its content. Secrets are left out, unless mails go to files, which is the developer's inbox,
    /// and the reader is all-powerful: the links in a mail let its reader act as the recipient.
    pub async fn show(&self, id: MailId, is_all_powerful: bool) -> Result<Option<Preview>, ServiceError> {
        let Some(found) = self.db.find_mail(id).await? else { return Ok(None) };
        let hides_secrets = !(self.writes_files() && is_all_powerful);
        let shown = |content: &super::content::Content, text: &str| {
            if hides_secrets { content.hide(text) } else { text.to_owned() }
        };
        let content = found.sealed_body.and_then(|body| self.open(id, &body)).map(|content| MailContent {
            text: shown(&content, &content.text),
            html: shown(&content, &content.html),
            subject: shown(&content, &content.subject),
        });
        Ok(Some(Preview { mail: found.message, content, hides_secrets }))
    }

    /// Sends a mail again that was sent, has failed, or is waiting for a long retry.
    pub async fn resend(&self, id: MailId, actor: Actor, caller: &Caller) -> Result<(), ResendError> {
        let now = self.clock.now();
        let mut event = caller.event(self.randomness.audit_id(now), now, AuditAction::MailResent, actor, None);
        event.target = Some(AuditTarget::new(TargetKind::Email, &id));
        self.db.resend_mail(id, event, now + CLAIM, now).await.map_err(|error| match error {
            StoreError::Missing => ResendError::Impossible,
            other => ResendError::Service(other.into()),
        })?;
        self.wake();
        Ok(())
    }

    /// Counts the mails in each state.
    pub async fn counts(&self) -> Result<MailCounts, ServiceError> {
        let mut counts = MailCounts::default();
        for (state, count) in self.db.count_mails().await? {
            match state {
                MailState::Waiting => counts.waiting = count,
                MailState::Sent => counts.sent = count,
                MailState::Failed => counts.failed = count,
            }
        }
        Ok(counts)
    }

    /// Returns whether mails go to files, because no SMTP server is set.
    pub fn writes_files(&self) -> bool {
        self.outgoing.transport.is_files()
    }
}
