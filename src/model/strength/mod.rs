//! How hard a password is to guess, and which ones are refused for it. The same in the browser,
//! while it is typed, and on the server.

mod parts;

use parts::{Part, is_tried_first, is_trivial, whole};
use zxcvbn::{Entropy, Score, zxcvbn};

/// Why a password is refused, however long it is (NIST SP 800-63B-4 §3.1.1.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weakness {
    /// Nothing but the commonest passwords, padded, or nothing but padding.
    Common,
    /// The same, with names or addresses of its owner, or our name.
    Personal,
}

/// How hard a password is to guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Strength {
    pub level: Level,
    /// Why it will be refused.
    pub weakness: Option<Weakness>,
    /// Whether it has fewer code points than are advised (NIST SP 800-63B-4 §3.1.1.1).
    pub is_short: bool,
}

/// A step of the meter, from a thousand guesses to ten thousand million.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    VeryWeak,
    Weak,
    Fair,
    Good,
    Strong,
}

/// Code points of a password that are looked at: the estimate takes the square of their number.
const LOOKED_AT: usize = 64;
/// Code points that are advised.
const ADVISED: usize = 15;
/// Shorter words of the lists stand in any text by chance.
const MIN_WORD: usize = 3;
const MAX_CONTEXT: usize = 20;
const PRODUCT: &str = "claviger";
/// The longest row of digits that is refused: dates, telephone numbers and what is typed most.
const MAX_DIGITS: usize = 12;
/// What people write between words.
const SEPARATORS: [char; 4] = [' ', '-', '_', '.'];
/// Marks that may stand for a letter. Each kind that occurs multiplies the spellings that are tried.
const LETTER_LIKE: &str = "@({[<!|$+%";
const MAX_LETTER_LIKE: usize = 5;

/// Why this password is refused; None for all others. `context` is what its owner is called: names
/// and addresses as they were typed.
///
/// The password is cut into words and padding: sequences, walks over the keyboard, digits, dates
/// and repeats. It is refused if that is all of it and each word is a common password or of the
/// context, and if it is nothing but padding that is guessed soon.
pub fn weakness(password: &str, context: &[&str]) -> Option<Weakness> {
    let context = words_of(context);
    weakness_of(password, &estimate(password, &context), &context)
}

/// How strong this password is, for the same `context`.
pub fn strength(password: &str, context: &[&str]) -> Strength {
    let context = words_of(context);
    let estimate = estimate(password, &context);
    let weakness = weakness_of(password, &estimate, &context);
    let level = match (weakness, estimate.score()) {
        (Some(_), _) | (None, Score::Zero) => Level::VeryWeak,
        (None, Score::One) => Level::Weak,
        (None, Score::Two) => Level::Fair,
        (None, Score::Three) => Level::Good,
        (None, _) => Level::Strong,
    };
    Strength { level, weakness, is_short: password.chars().count() < ADVISED }
}

/// The words of names and addresses, whole and in their parts, in small letters.
fn words_of(context: &[&str]) -> Vec<String> {
    let texts = context.iter().flat_map(|text| {
        let local_part = text.rsplit_once('@').map(|(local, _)| local);
        text.split_whitespace().chain(local_part)
    });
    let words: Vec<String> = texts.filter(|word| word.len() <= LOOKED_AT).map(str::to_lowercase).collect();
    let parts = words.iter().filter(|word| !word.contains('@')).flat_map(|word| {
        let parts = word.split(SEPARATORS).filter(|part| part.chars().count() >= MIN_WORD);
        parts.map(str::to_owned).chain([without_separators(word)])
    });
    let mut all: Vec<String> = [PRODUCT.to_owned()].into_iter().chain(words.iter().cloned()).chain(parts).collect();
    all.retain(|word| !word.is_empty());
    let mut seen = std::collections::HashSet::new();
    all.retain(|word| seen.insert(word.clone()));
    all.truncate(MAX_CONTEXT);
    all
}

fn estimate(password: &str, context: &[String]) -> Entropy {
    let mut text: String = password.chars().take(LOOKED_AT).collect();
    if has_many_spellings(password) {
        text = text.replace(|c| LETTER_LIKE.contains(c), "~");
    }
    let context: Vec<&str> = context.iter().map(String::as_str).collect();
    zxcvbn(&text, &context)
}

fn has_many_spellings(password: &str) -> bool {
    LETTER_LIKE.chars().filter(|mark| password.contains(*mark)).count() > MAX_LETTER_LIKE
}

/// Why the password is refused as it stands, or without what is put around, between or after its words.
fn weakness_of(password: &str, estimate: &Entropy, context: &[String]) -> Option<Weakness> {
    if password.chars().count() > LOOKED_AT || has_many_spellings(password) {
        return None;
    }
    let weakness = weakness_as_it_stands(password, estimate, context);
    if weakness.is_some() || password.chars().count() == LOOKED_AT {
        return weakness;
    }
    let mut seen = vec![password.to_owned()];
    readings(password).find_map(|reading| {
        if reading.is_empty() || seen.contains(&reading) {
            return None;
        }
        seen.push(reading.clone());
        weakness_as_it_stands(&reading, &self::estimate(&reading, context), context)
    })
}

/// The same password without the marks around it (`Welcome1!`), without what separates its words, and
/// what it repeats.
fn readings(password: &str) -> impl Iterator<Item = String> {
    let bare = password.trim_matches(|c: char| c.is_ascii_punctuation()).to_owned();
    let joined = without_separators(&bare);
    let once = [password, &bare, &joined].map(repeated);
    [bare, joined].into_iter().chain(once.into_iter().flatten())
}

fn without_separators(text: &str) -> String {
    text.replace(SEPARATORS, "")
}

/// What the whole password is, twice or more. Its own estimate knows nothing of the context there.
fn repeated(password: &str) -> Option<String> {
    let text: Vec<char> = password.to_lowercase().chars().collect();
    let mut lengths = MIN_WORD..=text.len() / 2;
    let length = lengths.find(|length| {
        text.len().is_multiple_of(*length) && text.chunks(*length).all(|chunk| text.starts_with(chunk))
    })?;
    text.get(..length).map(|once| once.iter().collect())
}

fn weakness_as_it_stands(password: &str, estimate: &Entropy, context: &[String]) -> Option<Weakness> {
    if (1..=MAX_DIGITS).contains(&password.len()) && password.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Weakness::Common);
    }
    match whole(estimate.sequence(), context) {
        Part::Word(weakness) => return Some(weakness),
        _ if begins_or_ends_with_one_of(context, &password.to_lowercase()) => return Some(Weakness::Personal),
        _ => {}
    }
    if is_padded_word(password, context) {
        return Some(Weakness::Common);
    }
    // Without letters, digits and marks of ASCII only, the patterns say nothing of what is typed first.
    let is_plain = password.len() < LOOKED_AT && password.bytes().all(|byte| byte.is_ascii_graphic());
    let is_guessed_soon = estimate.score() < Score::Three && is_trivial(estimate.sequence());
    (is_plain && is_guessed_soon).then_some(Weakness::Common)
}

/// Whether it is digits around one word that is tried first (`michelle1`).
fn is_padded_word(password: &str, context: &[String]) -> bool {
    let word = password.trim_matches(|c: char| c.is_ascii_digit());
    let is_padded = word.len() < password.len() && word.chars().count() >= MIN_WORD;
    is_padded && is_tried_first(estimate(word, context).sequence())
}

/// Whether only padding or common passwords are left without the longest word of the context that
/// the password begins or ends with. The estimate may have read other words into that one.
fn begins_or_ends_with_one_of(context: &[String], password: &str) -> bool {
    let after = context.iter().filter_map(|word| password.strip_prefix(word.as_str()));
    let before = context.iter().filter_map(|word| password.strip_suffix(word.as_str()));
    let rests = [after.min_by_key(|rest| rest.len()), before.min_by_key(|rest| rest.len())];
    rests.into_iter().flatten().any(|rest| match password.chars().count() - rest.chars().count() {
        ..MIN_WORD => rest.chars().all(|c| c.is_ascii_digit()),
        _ => whole(estimate(rest, context).sequence(), context) != Part::Other,
    })
}

#[cfg(test)]
mod tests;
