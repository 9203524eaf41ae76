//! From a mail to the message that SMTP carries (RFC 5322).

use super::content::Content;
use crate::{
    model::{Email, MailId, Timestamp},
    server::settings::Settings,
};
use lettre::{
    Address, Message,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
};
use std::time::{Duration, UNIX_EPOCH};

/// What every message of this installation has in common.
pub(super) struct Letterhead {
    from: Mailbox,
    /// What stands behind the @ of our message ids.
    pub domain: String,
}

impl Letterhead {
    /// As the settings say; without a sender, the public URL's host.
    pub fn new(settings: &Settings) -> Option<Self> {
        let domain = settings.server.public_url.domain().unwrap_or("localhost").to_owned();
        let from = match &settings.mail.from {
            Some(from) => from.clone(),
            None => Mailbox::new(Some("Claviger".to_owned()), Address::new("no-reply", &domain).ok()?),
        };
        Some(Self { from, domain })
    }

    /// The message; none if nobody can be written to at `recipient`. Its id and date stay the same
    /// however often it is tried, so that a repeat can be recognised.
    pub fn message(&self, id: MailId, recipient: &str, content: &Content, at: Timestamp) -> Option<Message> {
        let since_1970 = Duration::from_millis(u64::try_from(at.0).unwrap_or(0));
        let automatic = HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned());
        let message = Message::builder()
            .message_id(Some(format!("<{id}@{}>", self.domain)))
            .date(UNIX_EPOCH + since_1970)
            .from(self.from.clone())
            .to(Mailbox::new(None, address(recipient)?))
            .subject(content.subject.clone())
            // So that no holiday answer comes back (RFC 3834 §5).
            .raw_header(automatic);
        message.multipart(MultiPart::alternative_plain_html(content.text.clone(), content.html.clone())).ok()
    }
}

/// The address with its domain in ASCII, which every server understands.
fn address(recipient: &str) -> Option<Address> {
    let email = Email::stored(recipient).ok()?;
    let (_, domain) = email.normalized().rsplit_once('@')?;
    Address::new(email.local_part(), domain).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recipient_is_one_address_and_nothing_else() {
        for (text, expected) in [
            ("ada@example.com", Some("ada@example.com")),
            ("Ada.Lovelace+x@Example.com", Some("Ada.Lovelace+x@example.com")),
            ("ada@bücher.example", Some("ada@xn--bcher-kva.example")),
            ("ada@example.com\r\nBcc: eve@example.com", None),
            ("ada@example.com, eve@example.com", None),
            ("Ada <ada@example.com>", None),
            ("ada@example.com>\r\nRCPT TO:<eve@example.com", None),
            ("", None),
        ] {
            assert_eq!(address(text).map(|address| address.to_string()).as_deref(), expected, "{text:?}");
        }
    }
}
