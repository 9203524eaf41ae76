//! The mails as an administrator sees them.

use super::{Mailer, ServiceError, worker::CLAIM};
use crate::{
    model::{MailId, MailState},
    server::{
        services::Caller,
        store::{Action, Actor, MailRow, StoreError},
    },
};

/// One mail, opened.
#[derive(Debug, Clone)]
pub struct Preview {
    pub mail: MailRow,
    /// None when it is gone, a day after it was sent, or can't be opened.
    pub content: Option<MailContent>,
}

/// What a mail says.
#[derive(Clone)]
pub struct MailContent {
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// A mail that goes to a file is shown with its secrets, and logs have none.
impl std::fmt::Debug for MailContent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MailContent(***)")
    }
}

/// How many mails there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MailCounts {
    pub waiting: i64,
    pub sent: i64,
    pub failed: i64,
}

/// Why a mail is not sent again.
#[derive(Debug, thiserror::Error)]
pub enum ResendError {
    /// There is none, its content is gone, or it is about to be sent.
    #[error("This mail can't be sent again")]
    Impossible,
    #[error(transparent)]
    Service(#[from] ServiceError),
}

impl Mailer {
    /// Up to `limit` mails older than `before`, the newest first; only of `state` if one is given.
    pub async fn list(
        &self,
        state: Option<MailState>,
        before: Option<MailId>,
        limit: i64,
    ) -> Result<Vec<MailRow>, ServiceError> {
        Ok(self.db.list_mails(state, before, limit).await?)
    }

    /// One mail with its content. What only its receiver may know is hidden, unless mails go to files:
    /// then this is the developer's inbox.
    pub async fn show(&self, id: MailId) -> Result<Option<Preview>, ServiceError> {
        let Some(found) = self.db.find_mail(id).await? else { return Ok(None) };
        let shown = |content: &super::content::Content, text: &str| {
            if self.writes_files() { text.to_owned() } else { content.hide(text) }
        };
        let content = self.open(id, &found.sealed_body).map(|content| MailContent {
            text: shown(&content, &content.text),
            html: shown(&content, &content.html),
            subject: content.subject,
        });
        Ok(Some(Preview { mail: found.row, content }))
    }

    /// Sends a mail again that was sent, given up, or waits for long.
    pub async fn resend(&self, id: MailId, actor: Actor, caller: &Caller) -> Result<(), ResendError> {
        let now = self.clock.now();
        let mut event = caller.event(self.randomness.audit_id(now), now, Action::MailResent, actor, None);
        event.details = serde_json::json!({ "mail": id.to_string() });
        self.db.resend_mail(id, event, now + CLAIM, now).await.map_err(|error| match error {
            StoreError::Missing => ResendError::Impossible,
            other => ResendError::Service(other.into()),
        })?;
        self.wake();
        Ok(())
    }

    /// How many mails are in each state.
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

    /// Whether mails are written to files, because no server is set.
    pub fn writes_files(&self) -> bool {
        self.post.transport.is_files()
    }
}
