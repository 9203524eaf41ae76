//! The words that users are found by.

use std::collections::BTreeSet;

/// How many bytes of a word are compared.
const LONGEST: usize = 64;
/// How many words of a search are used.
const MOST: usize = 10;

/// Returns the words of a user, from normalized values: the parts of the address, the username and the name, and the
/// address as a whole.
pub fn words_of(email: &str, username: Option<&str>, name: &str) -> BTreeSet<String> {
    let texts = [email, username.unwrap_or_default(), name];
    let parts = texts.into_iter().flat_map(parts).filter_map(word);
    parts.chain(word(email)).collect()
}

/// Returns what a normalized search text looks for: each must begin one of a user's words. What contains an at sign is
/// the beginning of an address.
pub fn words_sought(search: &str) -> BTreeSet<String> {
    let texts = search.split_whitespace();
    let words = texts.flat_map(|text| if text.contains('@') { vec![text] } else { parts(text).collect() });
    words.filter_map(word).take(MOST).collect()
}

fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || c.is_ascii_punctuation())
}

fn word(text: &str) -> Option<String> {
    let mut word: String = text.chars().filter(|c| !c.is_control()).collect();
    word.truncate(word.floor_char_boundary(LONGEST));
    (!word.is_empty()).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_found_by_the_parts_of_their_names_and_by_their_address() {
        let words = words_of("ada.king@example.com", Some("countess_ada"), "ada lovelace-king");
        let expected = ["ada", "ada.king@example.com", "com", "countess", "example", "king", "lovelace"];
        assert_eq!(Vec::from_iter(words), expected);
        assert_eq!(
            Vec::from_iter(words_of("x@y.z", None, "\"><b>\u{1F600}\0")),
            ["b", "x", "x@y.z", "y", "z", "\u{1F600}"]
        );
    }

    #[test]
    fn a_search_is_split_as_names_are_but_for_the_beginning_of_an_address() {
        for (search, words) in [
            ("king ada.k@ex", &["ada.k@ex", "king"][..]),
            ("o'brien", &["brien", "o"]),
            ("%_!", &[]),
            ("a b c d e f g h i j k", &["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"]),
        ] {
            assert_eq!(Vec::from_iter(words_sought(search)), words, "{search}");
        }
        assert_eq!(words_sought(&"\u{1F600}".repeat(1000)).first().map(String::len), Some(64));
    }
}
