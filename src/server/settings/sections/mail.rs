//! How mails leave.

use super::super::error::SettingsError;
use super::super::keys;
use super::super::secret::Secret;
use super::super::values::Values;

/// The section `mail`.
#[derive(Debug, Clone)]
pub struct Mail {
    /// The SMTP server, which may hold a password; without it mails are written to files.
    pub smtp_url: Option<Secret>,
    /// What stands in `From`.
    pub from: Option<String>,
}

impl Mail {
    pub(in super::super) fn read(values: &Values) -> Result<Self, SettingsError> {
        let mail = Self { smtp_url: values.read(keys::SMTP_URL)?, from: values.read(keys::MAIL_FROM)? };
        let is_smtp = |url: &Secret| ["smtp://", "smtps://"].iter().any(|scheme| url.expose().starts_with(scheme));
        if mail.smtp_url.as_ref().is_none_or(is_smtp) {
            return Ok(mail);
        }
        let wanted = "must be an address like smtps://user:password@mail.example.com";
        Err(values.refuse_value(&keys::SMTP_URL.key, wanted))
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{load, refusal};

    #[test]
    fn the_server_is_an_smtp_address_and_its_password_is_not_shown() {
        assert!(load(&[("mail.smtp_url", "smtp://localhost:1025")]).is_ok());
        let text = refusal(&[("mail.smtp_url", "https://me:hush@mail.example.com")]);
        assert!(text.contains("must be an address like smtps://"), "{text}");
        assert!(!text.contains("hush"), "{text}");
    }

    #[test]
    fn a_sender_is_one_line() {
        assert!(load(&[("mail.from", "Claviger <no-reply@example.com>")]).is_ok());
        assert!(load(&[("mail.from", "a@example.com\r\nBcc: b@example.com")]).is_err());
    }
}
