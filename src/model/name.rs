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

/// Returns the first letters of the first and the last word of a name, to stand for it where there is little room. Marks and
/// signs before a letter are skipped, and Arabic letters are kept from joining.
pub fn initials(name: &str) -> String {
    let is_sign =
        |c: &char| c.is_ascii_punctuation() || matches!(c, '\u{2010}'..='\u{201F}' | '«' | '»') || is_mark(*c);
    let mut words = name.split_whitespace().filter_map(|word| word.chars().find(|c| !is_sign(c)));
    let letters: Vec<char> = [words.next(), words.next_back()].into_iter().flatten().collect();
    let is_arabic = letters.iter().all(|c| matches!(c, '\u{600}'..='\u{8FF}'));
    let each: Vec<String> = letters.into_iter().map(|c| c.to_uppercase().collect()).collect();
    each.join(if is_arabic { "\u{200C}" } else { "" })
}

/// Matches characters that take no room and only say in which direction or how closely to write.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{FEFF}')
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
    fn initials_from_the_right_are_letters_that_stand_apart() {
        for (name, letters) in [
            ("עדה לאבלייס", "על"),
            ("\u{200F}עדה \u{200F}לאבלייס", "על"),
            ("عدا لوفلايس", "ع\u{200C}ل"),
            ("عدا", "ع"),
            ("عدا Lovelace", "عL"),
            ("(Ada) ‘Lovelace’", "AL"),
            ("🦆 🦢", "🦆🦢"),
        ] {
            assert_eq!(initials(name), letters, "{name}");
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
