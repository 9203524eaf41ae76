//! Display names: how a person is greeted.

use super::pasted;

/// The text is not a display name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAName {
    /// There is nothing to see in it.
    #[error("Enter a name")]
    Empty,
    /// More than 100 characters.
    #[error("Use at most 100 characters")]
    TooLong,
    /// Line breaks and the like.
    #[error("Use letters, digits, spaces and marks only")]
    Control,
}

/// 1 to 100 characters, no control characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisplayName(String);

impl DisplayName {
    /// A name out of what was typed or pasted.
    pub fn parse(text: &str) -> Result<Self, NotAName> {
        let name = pasted::name(text);
        match name.chars().count() {
            _ if !pasted::is_visible(&name) => Err(NotAName::Empty),
            _ if name.chars().any(is_unsafe) => Err(NotAName::Control),
            1..=100 => Ok(Self(name)),
            _ => Err(NotAName::TooLong),
        }
    }

    /// A name that was taken once, under older rules too.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name as it is looked for, ignoring case.
    pub fn normalized(&self) -> String {
        self.0.to_lowercase()
    }
}

/// Control characters, line separators and the marks that turn the direction of everything after them.
fn is_unsafe(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_anything_a_person_is_called() {
        for name in ["Ada", "Ada Lovelace", "李小龍", "Zoë O’Hara-Ñ", &"é".repeat(100)] {
            assert_eq!(DisplayName::parse(name).as_ref().map(DisplayName::as_str), Ok(name));
        }
    }

    #[test]
    fn empty_long_and_breaking_names_are_refused() {
        assert_eq!(DisplayName::parse(" \t "), Err(NotAName::Empty));
        for invisible in [
            "\u{200B}",
            "\u{2060}\u{FEFF}",
            "\u{3164}",
            "\u{115F}\u{1160}",
            "\u{AD}",
            "\u{200D} \u{200E}",
            "\u{301}\u{302}",
            "\u{2800}",
            "\u{E0041}",
            "\u{202E}\u{202C}",
            "\u{FE0F}",
            "\u{A0}\u{3000}",
        ] {
            assert_eq!(DisplayName::parse(invisible), Err(NotAName::Empty), "{invisible:?}");
        }
        assert_eq!(DisplayName::parse(&"a".repeat(101)), Err(NotAName::TooLong));
        assert_eq!(DisplayName::parse("a\r\nBcc: b"), Err(NotAName::Control));
        assert_eq!(DisplayName::parse("a\u{202E}b"), Err(NotAName::Control));
    }
}
