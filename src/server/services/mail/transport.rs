//! How mails leave: to an SMTP server, or as files.

use super::{files::Files, smtp::Smtp};
use crate::{
    model::{MailId, Timestamp},
    server::settings::Settings,
};
use lettre::Message;
use std::path::Path;

/// The way that the settings chose.
pub(super) enum Transport {
    Smtp(Box<Smtp>),
    Files(Files),
}

/// Why a mail did not leave, in words that may be shown to an administrator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// No mail can leave now: not this one's fault.
    Unreachable(String),
    /// This one can't leave now.
    NotNow(String),
    /// It was handed over, and the server did not say whether it took it.
    Unsure(String),
    /// This one never will.
    Never(String),
}

impl Transport {
    /// The SMTP server of the settings, or without one the folder. None if TLS can't be set up.
    pub fn new(settings: &Settings, domain: &str) -> Option<Self> {
        match &settings.mail.smtp_url {
            Some(url) => Smtp::new(url, domain).map(|smtp| Self::Smtp(Box::new(smtp))),
            None => Some(Self::Files(Files::of(settings))),
        }
    }

    /// Sends one mail, or says why not, within a bounded time.
    pub async fn send(&self, id: MailId, at: Timestamp, message: &Message) -> Result<(), Fault> {
        match self {
            Self::Smtp(smtp) => smtp.send(message).await,
            Self::Files(files) => files.write(id, at, message).await.map_err(|error| {
                tracing::warn!(cause = ?error, "a mail could not be written");
                Fault::Unreachable("The mail can't be written to the folder outbox in server.data_dir".to_owned())
            }),
        }
    }

    /// The folder that mails are written to, if they are.
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Self::Smtp(_) => None,
            Self::Files(files) => Some(files.folder()),
        }
    }

    /// Whether mails are written to files.
    pub fn is_files(&self) -> bool {
        matches!(self, Self::Files(_))
    }
}
