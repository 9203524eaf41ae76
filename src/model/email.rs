//! Email addresses: kept as typed, compared normalised.

use email_address::{EmailAddress, Options};
use std::fmt;
use unicode_normalization::UnicodeNormalization;

/// The text is not an email address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Invalid email format")]
pub struct NotAnEmail;

/// An email address as its owner typed it, with the form that is compared.
#[derive(Clone, PartialEq, Eq)]
pub struct Email {
    typed: String,
    normalized: String,
}

impl Email {
    /// The longest address that SMTP carries (RFC 5321 §4.5.3.1.3, less the angle brackets).
    const MAX_BYTES: usize = 254;

    /// An address out of what was typed; surrounding white space is dropped.
    pub fn parse(text: &str) -> Result<Self, NotAnEmail> {
        let typed: String = text.trim().nfc().collect();
        let options = Options::default().with_required_tld().without_display_text().without_domain_literal();
        // A quoted local part is an address that mail servers and programs disagree about.
        if typed.len() > Self::MAX_BYTES || typed.contains(char::is_control) || typed.contains('"') {
            return Err(NotAnEmail);
        }
        let address = EmailAddress::parse_with_options(&typed, options).map_err(|_| NotAnEmail)?;
        let domain = idna::domain_to_ascii(address.domain()).map_err(|_| NotAnEmail)?;
        // Only ASCII is folded: Unicode folding makes one person's address of another's (ſ, ı).
        let normalized = format!("{}@{domain}", address.local_part().to_ascii_lowercase());
        Ok(Self { typed, normalized })
    }

    /// As its owner typed it: for mails and pages.
    pub fn as_str(&self) -> &str {
        &self.typed
    }

    /// The form that is compared and unique.
    pub fn normalized(&self) -> &str {
        &self.normalized
    }

    /// What stands before the @.
    pub fn local_part(&self) -> &str {
        self.typed.rsplit_once('@').map_or("", |(local, _)| local)
    }
}

/// Debug output ends in logs, and logs hold no addresses.
impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normalized(text: &str) -> Option<String> {
        Email::parse(text).ok().map(|email| email.normalized().to_owned())
    }

    #[test]
    fn case_of_ascii_and_of_the_domain_does_not_count() {
        assert_eq!(normalized("  Ada@EXAMPLE.com "), Some("ada@example.com".into()));
        assert_eq!(normalized("ada@BÜCHER.example"), Some("ada@xn--bcher-kva.example".into()));
    }

    #[test]
    fn look_alikes_outside_ascii_stay_apart() {
        assert_ne!(normalized("je\u{17F}\u{17F}@example.com"), normalized("jess@example.com"));
        assert_ne!(normalized("b\u{0131}ll@example.com"), normalized("bill@example.com"));
    }

    #[test]
    fn dots_and_plus_tags_belong_to_the_address() {
        assert_ne!(normalized("a.da+x@example.com"), normalized("ada@example.com"));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "",
            "ada",
            "ada@",
            "@example.com",
            "ada@localhost",
            "a b@example.com",
            "ada@example.com\r\nBcc: x@y.zz",
            "Ada <ada@example.com>",
            "ada@[127.0.0.1]",
            "\"a b\"@example.com",
        ] {
            assert_eq!(Email::parse(text), Err(NotAnEmail), "{text:?}");
        }
        assert_eq!(Email::parse(&format!("{}@example.com", "a".repeat(300))), Err(NotAnEmail));
    }
}
