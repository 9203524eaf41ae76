//! How mails are sent.

use std::time::Duration;

use lettre::message::Mailbox;

use super::super::error::SettingsError;
use super::super::keys;
use super::super::smtp_url::SmtpUrl;
use super::super::values::Values;

/// The section `mail`.
#[derive(Debug, Clone)]
pub struct Mail {
    /// The SMTP server. Without it, mails are written to files.
    pub smtp_url: Option<SmtpUrl>,
    /// The sender in `From`.
    pub from: Option<Mailbox>,
    /// How long mails are kept, in the list and as files.
    pub retention: Duration,
}

impl Mail {
    pub(in super::super) fn read(values: &Values) -> Result<Self, SettingsError> {
        Ok(Self {
            smtp_url: values.read(keys::SMTP_URL)?,
            from: values.read(keys::MAIL_FROM)?,
            retention: values.read_within(keys::MAIL_RETENTION)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{load, refusal};

    #[test]
    fn the_server_is_an_smtp_address_and_its_password_is_not_shown() {
        assert!(load(&[("mail.smtp_url", "smtp://localhost:1025")]).is_ok());
        let text = refusal(&[("mail.smtp_url", "https://me:hush@mail.example.com")]);
        assert!(text.contains("must be a URL such as smtps://"), "{text}");
        assert!(!text.contains("hush"), "{text}");
    }

    #[test]
    fn a_sender_is_one_line() {
        assert!(load(&[("mail.from", "Claviger <no-reply@example.com>")]).is_ok());
        for text in
            ["a@example.com\r\nBcc: b@example.com", "Claviger", "a@example.com, b@example.com", "a@bücher.example"]
        {
            assert!(load(&[("mail.from", text)]).is_err(), "{text}");
        }
    }
}
