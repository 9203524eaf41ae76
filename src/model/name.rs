//! Display names.

use super::pasted;

/// Error: the text is not a valid display name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAName {
    /// No visible characters.
    #[error("Enter a name.")]
    Empty,
    /// More than 100 characters.
    #[error("Use at most 100 characters.")]
    TooLong,
    /// Contains control or direction characters.
    #[error("Use only letters, digits, spaces and punctuation.")]
    Control,
}

/// A display name: 1 to 100 characters, none of them a control character.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisplayName(String);

impl DisplayName {
    /// Parses typed or pasted text.
    pub fn parse(text: &str) -> Result<Self, NotAName> {
        let name = pasted::name(text);
        match name.chars().count() {
            _ if !pasted::is_visible(&name) => Err(NotAName::Empty),
            _ if name.chars().any(is_unsafe) => Err(NotAName::Control),
            1..=100 => Ok(Self(name)),
            _ => Err(NotAName::TooLong),
        }
    }

    /// Wraps a stored name, which may predate the current rules.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    /// Returns the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the lowercase form used for searching.
    pub fn normalized(&self) -> String {
        self.0.to_lowercase()
    }
}

/// Returns the first letters of the first and the last word of a name, to stand for it where there is little room.
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let letters = [words.next(), words.next_back()].map(|word| word.and_then(|word| word.chars().next()));
    letters.into_iter().flatten().flat_map(char::to_uppercase).collect()
}

/// Returns whether a text is one line of at most this many characters, none of which reorders what follows it.
pub fn is_line(text: &str, longest: usize) -> bool {
    text.chars().count() <= longest && !text.chars().any(is_unsafe)
}

/// Matches control characters, line separators, and marks that change the direction of the following text.
fn is_unsafe(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_any_text_a_person_uses() {
        for name in ["Ada", "Ada Lovelace", "李小龍", "Zoë O’Hara-Ñ", &"é".repeat(100)] {
            assert_eq!(DisplayName::parse(name).as_ref().map(DisplayName::as_str), Ok(name));
        }
    }

    #[test]
    fn initials_are_those_of_the_first_and_the_last_word_in_any_script() {
        for (name, letters) in [("Ada", "A"), ("ada king lovelace", "AL"), ("李 小龍", "李小"), ("ßo", "SS"), (" ", "")]
        {
            assert_eq!(initials(name), letters);
        }
    }

    #[test]
    fn empty_long_and_multiline_names_are_refused() {
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
