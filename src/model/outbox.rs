//! Mails as an administrator sees them.

use super::{MailKind, MailState, Timestamp};
use serde::{Deserialize, Serialize};

/// One page of the mail list, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mails {
    pub rows: Vec<MailLine>,
    /// Number of mails in each state, independent of the page and the filter.
    pub counts: Vec<(MailState, i64)>,
    /// Cursors of the adjacent pages: newer mails follow after the first id, older ones come before the second.
    pub newer: Option<String>,
    pub older: Option<String>,
    /// Folder that mails are written to when no email server is configured.
    pub folder: Option<String>,
    pub now: Timestamp,
}

/// One mail without its content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailLine {
    pub id: String,
    /// `None` for a kind that this version does not know.
    pub kind: Option<MailKind>,
    pub recipient: String,
    pub state: MailState,
    pub queued_at: Timestamp,
    pub sent_at: Option<Timestamp>,
    pub tries: i64,
    /// Set only while the mail is waiting.
    pub next_try_at: Option<Timestamp>,
    pub last_error: Option<String>,
}

/// One mail with its content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenMail {
    pub line: MailLine,
    /// `None` once the content has been deleted.
    pub content: Option<MailText>,
    /// Whether the current user may send it again.
    pub may_resend: bool,
    pub now: Timestamp,
}

/// Text of a mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailText {
    pub subject: String,
    pub text: String,
    /// Whether secrets meant only for the recipient are redacted.
    pub hides_secrets: bool,
}
