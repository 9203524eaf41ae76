//! Delivers mails to an SMTP server or to files.

use super::{files::Files, smtp::Smtp};
use crate::{
    model::{MailId, Timestamp},
    server::settings::Settings,
};
use lettre::Message;
use std::path::Path;

/// The delivery that the settings chose.
pub(super) enum Transport {
    Smtp(Box<Smtp>),
    Files(Files),
}

/// Why a mail was not delivered, in words for administrators.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// No mail can be delivered now; this mail is not the cause.
    Unreachable(String),
    /// This mail can't be delivered now.
    NotNow(String),
    /// The mail was sent, but the server did not confirm it.
    Unsure(String),
    /// This mail can never be delivered.
    Never(String),
}

impl Transport {
    /// Uses the SMTP server of the settings, or the folder if none is set. Returns `None` if TLS can't be set
    /// up.
    pub fn new(settings: &Settings, domain: &str) -> Option<Self> {
        match &settings.mail.smtp_url {
            Some(url) => Smtp::new(url, domain).map(|smtp| Self::Smtp(Box::new(smtp))),
            None => Some(Self::Files(Files::of(settings))),
        }
    }

    /// Delivers one mail within a time limit.
    pub async fn send(&self, id: MailId, at: Timestamp, message: &Message) -> Result<(), Fault> {
        match self {
            Self::Smtp(smtp) => smtp.send(message).await,
            Self::Files(files) => files.write(id, at, message).await.map_err(|error| {
                tracing::warn!(cause = ?error, "can't write an email file");
                Fault::Unreachable("Can’t write the email to the folder outbox in server.data_dir".to_owned())
            }),
        }
    }

    /// Returns the folder for mails, if they go to files.
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Self::Smtp(_) => None,
            Self::Files(files) => Some(files.folder()),
        }
    }

    /// Returns whether mails go to files.
    pub fn is_files(&self) -> bool {
        matches!(self, Self::Files(_))
    }
}
