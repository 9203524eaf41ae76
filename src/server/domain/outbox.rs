//! Mails in the outbox.

use crate::model::{MailId, MailKind, MailState, Timestamp};

/// A mail of the outbox, without its content.
#[derive(Debug, Clone)]
pub struct OutboxMessage {
    pub id: MailId,
    /// `None` for a kind that this version does not know.
    pub kind: Option<MailKind>,
    pub recipient: String,
    pub state: MailState,
    pub tries: i64,
    /// Set only while the mail is waiting.
    pub next_try_at: Option<Timestamp>,
    pub last_error: Option<String>,
    pub created_at: Timestamp,
    pub sent_at: Option<Timestamp>,
}

/// A mail with its content, encrypted.
#[derive(Clone)]
pub struct SealedMessage {
    pub message: OutboxMessage,
    /// `None` a day after the mail was sent.
    pub sealed_body: Option<String>,
}
