//! Builds the message that SMTP carries (RFC 5322).

use super::content::Content;
use crate::{
    model::{Email, MailId, Timestamp},
    server::settings::Settings,
};
use lettre::{
    Address, Message,
    message::{
        Body, Mailbox, MultiPart, SinglePart,
        header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue},
    },
};
use std::time::{Duration, UNIX_EPOCH};

/// What all messages of this installation share.
pub(super) struct Envelope {
    from: Mailbox,
    /// The domain of message ids.
    pub domain: String,
    /// The encoding of parts that are not ASCII: every SMTP server accepts quoted-printable, but people read files.
    not_ascii: ContentTransferEncoding,
}

/// The longest line (RFC 5322 §2.1.1).
const LONGEST: usize = 998;

impl Envelope {
    /// Reads the settings. Without a sender, uses the public URL's host, and without a name of its own, the site's.
    /// Returns `None` if the host is no valid domain.
    pub fn new(settings: &Settings) -> Option<Self> {
        let domain = settings.server.public_url.domain().unwrap_or("localhost").to_owned();
        let (own_name, address) = match settings.mail.from.clone() {
            Some(Mailbox { name, email }) => (name, email),
            None => (None, Address::new("no-reply", &domain).ok()?),
        };
        let name = own_name.unwrap_or_else(|| settings.server.name.as_str().replace("=?", "= ?"));
        let from = Mailbox::new(Some(name), address);
        let goes_by_smtp = settings.mail.smtp_url.is_some();
        let not_ascii =
            if goes_by_smtp { ContentTransferEncoding::QuotedPrintable } else { ContentTransferEncoding::EightBit };
        Some(Self { from, domain, not_ascii })
    }

    /// Builds the message; `None` if `recipient` is no valid address. Retries keep its id and date, so that
    /// duplicates can be recognised.
    pub fn message(&self, id: MailId, recipient: &str, content: &Content, at: Timestamp) -> Option<Message> {
        let since_1970 = Duration::from_millis(u64::try_from(at.0).unwrap_or(0));
        let automatic = HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned());
        let message = Message::builder()
            .message_id(Some(format!("<{id}@{}>", self.domain)))
            .date(UNIX_EPOCH + since_1970)
            .from(self.from.clone())
            .to(Mailbox::new(None, address(recipient)?))
            .subject(content.subject.clone())
            // Prevents automatic replies (RFC 3834 §5).
            .raw_header(automatic);
        let text = SinglePart::builder().header(ContentType::TEXT_PLAIN).body(self.body(&content.text));
        let html = SinglePart::builder().header(ContentType::TEXT_HTML).body(self.body(&content.html));
        message.multipart(MultiPart::alternative().singlepart(text).singlepart(html)).ok()
    }

    /// Encodes a part, unchanged where possible: quoted-printable would break links in the source.
    fn body(&self, text: &str) -> Body {
        let text = text.replace("\r\n", "\n").replace('\n', "\r\n");
        let has_short_lines = text.split("\r\n").all(|line| line.len() <= LONGEST && !line.contains(['\r', '\0']));
        let encoding = match has_short_lines {
            true if text.is_ascii() => ContentTransferEncoding::SevenBit,
            true => self.not_ascii,
            false => ContentTransferEncoding::QuotedPrintable,
        };
        match encoding {
            ContentTransferEncoding::QuotedPrintable => {
                Body::new_with_encoding(text, encoding).unwrap_or_else(Body::new)
            }
            _ => Body::dangerous_pre_encoded(text.into_bytes(), encoding),
        }
    }
}

/// Returns the address with an ASCII domain, which every server accepts.
fn address(recipient: &str) -> Option<Address> {
    let email = Email::stored(recipient).ok()?;
    let (_, domain) = email.normalized().rsplit_once('@')?;
    Address::new(email.local_part(), domain).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ContentTransferEncoding::{EightBit, QuotedPrintable, SevenBit};

    fn head(not_ascii: ContentTransferEncoding) -> Envelope {
        let from = Mailbox::new(None, Address::new("no-reply", "example.com").expect("an address"));
        Envelope { from, domain: "example.com".into(), not_ascii }
    }

    #[test]
    fn ascii_with_short_lines_is_sent_as_it_is() {
        let link = format!("https://auth.example.com/verify-email?token={}", "t=".repeat(100));
        let text = format!("Confirm\n\n{link}\n");
        for not_ascii in [QuotedPrintable, EightBit] {
            let body = head(not_ascii).body(&text);
            assert_eq!((body.encoding(), body.as_ref()), (SevenBit, text.replace('\n', "\r\n").as_bytes()));
            let body = head(not_ascii).body(&text.replace("Confirm", "Bestätigen"));
            assert_eq!(body.encoding(), not_ascii);
            assert_eq!(head(not_ascii).body(&"x".repeat(998)).encoding(), SevenBit);
            for odd in ["x".repeat(999), "a\rb".into(), "a\0b".into(), format!("{}ä", "x".repeat(997))] {
                assert_eq!(head(not_ascii).body(&odd).encoding(), QuotedPrintable);
            }
        }
        let body = head(EightBit).body(&format!("ä {link}"));
        assert!(String::from_utf8_lossy(body.as_ref()).contains(&link), "whole for readers of files");
    }

    #[test]
    fn a_subject_stays_one_header() {
        let content = serde_json::json!({
            "subject": "Ä\r\nBcc: eve@example.com\nx\0 \u{7f}", "text": "t", "html": "h", "secrets": [],
        });
        let content = serde_json::from_value(content).expect("content");
        let at = Timestamp(1_700_000_000_000);
        let id = crate::server::randomness::Randomness::system().mail_id(at);
        let message = head(SevenBit).message(id, "ada@example.com", &content, at).expect("a message");
        let source = String::from_utf8(message.formatted()).expect("ASCII");
        let (headers, _) = source.split_once("\r\n\r\n").expect("headers");
        assert_eq!(headers.to_lowercase().matches("\nbcc").count(), 0, "{headers}");
        assert_eq!(headers.matches("\nSubject: ").count(), 1, "{headers}");
    }

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
