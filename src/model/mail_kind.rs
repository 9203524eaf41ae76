//! Kinds of mails.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString};

/// Kind of a mail, by its template. The text is its name in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Display, EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum MailKind {
    VerifyEmail,
    AlreadyRegistered,
    FinishRegistration,
    ResetPassword,
    Locked,
    Unlocked,
    ConfirmNewEmail,
    EmailChangeRequested,
    EmailChanged,
    PasswordChanged,
    NewDevice,
    TokenReused,
    AccountSecured,
    Invitation,
    AuditCheckpoint,
    ApiKeyCreated,
    ApiKeyExpires,
}
