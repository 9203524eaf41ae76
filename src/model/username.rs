//! Usernames: an alternative to the email address for sign-in.

use super::{UserId, pasted};
use std::fmt;

/// Error: the text is not a valid username.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAUsername {
    /// Contains other characters, or is too long.
    #[error("Use 1 to 64 letters, digits, dots, dashes or underscores, starting with a letter or digit.")]
    Malformed,
    /// Could be mistaken for the id of another user.
    #[error("This looks like a user ID. Choose a different one.")]
    LooksLikeAnId,
}

/// A username: 1 to 64 of `A-Z a-z 0-9 . _ -`, starting with a letter or digit. Never an email address or an id.
#[derive(Clone, PartialEq, Eq)]
pub struct Username(String);

impl Username {
    /// Parses typed or pasted text.
    pub fn parse(text: &str) -> Result<Self, NotAUsername> {
        let text = pasted::username(text);
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        let begins_well = text.starts_with(|c: char| c.is_ascii_alphanumeric());
        if !begins_well || text.len() > 64 || !text.chars().all(allowed) {
            return Err(NotAUsername::Malformed);
        }
        // Usernames are case-insensitive, so a lowercase id would match as well.
        if text.to_ascii_uppercase().parse::<UserId>().is_ok() {
            return Err(NotAUsername::LooksLikeAnId);
        }
        Ok(Self(text))
    }

    /// Wraps a stored username, which may predate the current rules.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    /// Returns the username as its owner typed it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the form that is compared and must be unique.
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
    fn an_id_in_any_case_is_not_a_username() {
        let id = UserId::from_parts(1_700_000_000_000, 42).to_string();
        for text in [&id, &id.to_lowercase(), &format!(" {id}\u{200B}")] {
            assert_eq!(Username::parse(text), Err(NotAUsername::LooksLikeAnId), "{text}");
        }
        assert!(Username::parse(&id[..25]).is_ok() && Username::parse(&format!("{id}x")).is_ok());
    }

    #[test]
    fn invisible_characters_are_not_part_of_a_username() {
        assert_eq!(Username::parse(" a\u{200B}da\u{FEFF}\n").map(|name| name.normalized()), Ok("ada".into()));
        assert_eq!(Username::parse("\u{200B}\u{3164}"), Err(NotAUsername::Malformed));
    }

    #[test]
    fn an_email_address_or_a_look_alike_is_not_a_username() {
        for text in ["", "ada@example.com", "-ada", "ада", "a b", &"a".repeat(65)] {
            assert_eq!(Username::parse(text), Err(NotAUsername::Malformed), "{text:?}");
        }
    }
}
