//! Usernames: what one can sign in with beside the email address.

use std::fmt;

/// The text is not a username.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Use 1 to 64 letters, digits, dots, dashes or underscores, beginning with a letter or digit")]
pub struct NotAUsername;

/// 1 to 64 of `A-Z a-z 0-9 . _ -`, the first a letter or digit. Never an email address.
#[derive(Clone, PartialEq, Eq)]
pub struct Username(String);

impl Username {
    /// A username out of what was typed; surrounding white space is dropped.
    pub fn parse(text: &str) -> Result<Self, NotAUsername> {
        let text = text.trim();
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        let begins_well = text.starts_with(|c: char| c.is_ascii_alphanumeric());
        if begins_well && text.len() <= 64 && text.chars().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAUsername)
        }
    }

    /// As its owner typed it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form that is compared and unique.
    pub fn normalized(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

impl fmt::Debug for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Username(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_does_not_count() {
        assert_eq!(Username::parse("Ada").map(|name| name.normalized()), Ok("ada".into()));
    }

    #[test]
    fn an_email_address_or_a_look_alike_is_no_username() {
        for text in ["", "ada@example.com", "-ada", "ада", "a b", &"a".repeat(65)] {
            assert_eq!(Username::parse(text), Err(NotAUsername), "{text:?}");
        }
    }
}
