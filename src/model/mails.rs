//! The mails as an administrator sees them.

use super::{MailState, Timestamp};
use serde::{Deserialize, Serialize};

/// A part of the list, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mails {
    pub rows: Vec<MailLine>,
    /// How many there are in each state, whatever part this is.
    pub counts: Vec<(MailState, i64)>,
    /// The mail that newer ones come after, and the one that older ones come before.
    pub newer: Option<String>,
    pub older: Option<String>,
    /// The folder that mails are written to where no server is set.
    pub folder: Option<String>,
    pub now: Timestamp,
}

/// One mail, without its content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailLine {
    pub id: String,
    /// The name of its template.
    pub kind: String,
    pub recipient: String,
    pub state: MailState,
    pub queued_at: Timestamp,
    pub sent_at: Option<Timestamp>,
    pub tries: i64,
    /// Of a mail that waits.
    pub next_try_at: Option<Timestamp>,
    pub last_error: Option<String>,
}

/// One mail, opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenMail {
    pub line: MailLine,
    /// None when it is gone.
    pub content: Option<MailText>,
    /// Whether whoever looks may send it again.
    pub may_resend: bool,
    pub now: Timestamp,
}

/// What a mail says, as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailText {
    pub subject: String,
    pub text: String,
    /// Whether what only its receiver may know is left out.
    pub hides_secrets: bool,
}
