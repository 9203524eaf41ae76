//! Email addresses: stored as typed, compared in normalized form.

use super::pasted;
use email_address::{EmailAddress, Options};
use std::fmt;
use unicode_normalization::UnicodeNormalization;

/// Error: the text is not a valid email address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Invalid email format")]
pub struct NotAnEmail;

/// An email address as its owner typed it, with its normalized form.
#[derive(Clone, PartialEq, Eq)]
pub struct Email {
    typed: String,
    normalized: String,
}

impl Email {
    /// Longest address that SMTP carries (RFC 5321 §4.5.3.1.3, without the angle brackets).
    const MAX_BYTES: usize = 254;

    /// Parses typed or pasted text.
    pub fn parse(text: &str) -> Result<Self, NotAnEmail> {
        let email = Self::stored(&pasted::email(text))?;
        if is_domain(email.domain()) { Ok(email) } else { Err(NotAnEmail) }
    }

    /// Parses a stored address, which may predate the current rules.
    pub fn stored(text: &str) -> Result<Self, NotAnEmail> {
        let typed: String = text.trim().nfc().collect();
        let options = Options::default().with_required_tld().without_display_text().without_domain_literal();
        // Mail servers and libraries disagree about quoted local parts.
        if typed.len() > Self::MAX_BYTES || typed.contains(char::is_control) || typed.contains('"') {
            return Err(NotAnEmail);
        }
        let address = EmailAddress::parse_with_options(&typed, options).map_err(|_| NotAnEmail)?;
        let domain = idna::domain_to_ascii(address.domain()).map_err(|_| NotAnEmail)?;
        // Only ASCII is folded: Unicode folding would map the address of one person to another's (ſ, ı).
        let normalized = format!("{}@{domain}", address.local_part().to_ascii_lowercase());
        Ok(Self { typed, normalized })
    }

    /// Returns an address that never receives mail (RFC 2606).
    pub fn unreachable() -> Self {
        let text = "nobody@example.invalid".to_owned();
        Self { typed: text.clone(), normalized: text }
    }

    /// Returns the address as its owner typed it, for mails and pages.
    pub fn as_str(&self) -> &str {
        &self.typed
    }

    /// Returns the form that is compared and must be unique.
    pub fn normalized(&self) -> &str {
        &self.normalized
    }

    /// Returns the normalized domain.
    pub fn domain(&self) -> &str {
        self.normalized.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// Returns the mailbox that the address most likely leads to: the address without its plus tag.
    pub fn mailbox(&self) -> String {
        let (local, domain) = self.normalized.rsplit_once('@').unwrap_or((&self.normalized, ""));
        let name = local.split_once('+').map_or(local, |(name, _)| name);
        format!("{name}@{domain}")
    }

    /// Returns the local part as typed.
    pub fn local_part(&self) -> &str {
        self.typed.rsplit_once('@').map_or("", |(local, _)| local)
    }
}

/// Returns whether the name is a valid host name (RFC 1123 §2.1).
fn is_domain(name: &str) -> bool {
    let is_label = |label: &str| {
        let is_made_of = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        (1..=63).contains(&label.len()) && is_made_of && !label.starts_with('-') && !label.ends_with('-')
    };
    name.len() <= 253 && name.split('.').all(is_label)
}

/// Redacted, because debug output ends up in logs, and logs must not contain addresses.
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
    fn a_domain_is_a_dns_name() {
        for text in ["ada@xn--bcher-kva.example", "ada@a-b.c1.example", "ada@例え.テスト", "ada%x/y@example.com"] {
            assert!(Email::parse(text).is_ok(), "{text}");
        }
        assert!(Email::parse(&format!("ada@{}.com", "a".repeat(63))).is_ok());
    }

    #[test]
    fn an_address_that_was_once_accepted_can_still_be_read() {
        let stored = Email::stored("Ada@exa_mple.com").map(|email| email.normalized().to_owned());
        assert_eq!(stored.ok(), Some("ada@exa_mple.com".into()));
    }

    #[test]
    fn addresses_of_one_mailbox_differ_after_a_plus() {
        let mailbox = |text: &str| Email::parse(text).map(|email| email.mailbox());
        for text in ["ada@example.com", "Ada+1@example.com", "ada+a+b@EXAMPLE.com", "ada+@example.com"] {
            assert_eq!(mailbox(text).as_deref(), Ok("ada@example.com"), "{text}");
        }
        assert_ne!(mailbox("a.da@example.com"), mailbox("ada@example.com"), "a dot can make it another person's");
        assert_ne!(mailbox("ada+1@example.org"), mailbox("ada+1@example.com"));
    }

    #[test]
    fn an_invalid_address_is_refused() {
        for text in [
            "",
            "ada",
            "ada@",
            "@example.com",
            "ada@localhost",
            "a b@example.com",
            "ada@example.com\r\nBcc: x@y.zz",
            "ada@[127.0.0.1]",
            "\"a b\"@example.com",
            "ada@exa%mple.com",
            "ada@example.com%00",
            "ada@exam/ple.com",
            "ada@example.com/x",
            "ada@exa_mple.com",
            "ada@exa\\mple.com",
            "ada@exa!mple.com",
            "ada@exa&mple.com",
            "ada@exa'mple.com",
            "ada@exa#mple.com",
            "ada@-example.com",
            "ada@example-.com",
            "ada@example.-com",
            "ada@example..com",
            "ada@.example.com",
            "ada@exam℀ple.com",
            &format!("ada@{}.com", "a".repeat(64)),
            &format!("ada@{}.com", "ü".repeat(63)),
            &format!("a@{}com", "a.".repeat(126)),
        ] {
            assert_eq!(Email::parse(text), Err(NotAnEmail), "{text:?}");
        }
        assert_eq!(Email::parse(&format!("{}@example.com", "a".repeat(300))), Err(NotAnEmail));
    }
}
