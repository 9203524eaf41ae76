//! Delivery state of a mail.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString};

/// Delivery state of a mail. The text is its name in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Display, EnumString)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum MailState {
    /// Queued, to be sent now or later.
    Waiting,
    /// Accepted by the mail server, or written to a file.
    Sent,
    /// Given up after the last attempt.
    Failed,
}
