//! Decides which passwords are rejected, on the server, and estimates the strength of a password in the browser.

mod meter;
mod parts;
mod patterns;

use parts::{Part, is_tried_first, is_trivial, whole};
use unicode_normalization::UnicodeNormalization;
use zxcvbn::{Entropy, Score, zxcvbn};

pub use meter::{Level, Strength, strength};

/// Why a password is rejected regardless of its length (NIST SP 800-63B-4 §3.1.1.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weakness {
    /// Consists only of common passwords and padding, or only of padding.
    Common,
    /// The same, with the owner's names or addresses, or the product name, among the words.
    Personal,
}

/// Code points of a password that are examined: the estimate takes quadratic time.
const LOOKED_AT: usize = 64;
/// Recommended number of code points.
const ADVISED: usize = 15;
/// Shorter list words occur in any text by coincidence.
const MIN_WORD: usize = 3;
const MAX_CONTEXT: usize = 20;
/// Words that belong to every account's context: the product and what its users are called.
const OURS: [&str; 3] = ["claviger", "administrator", "user"];
/// Length up to which a run of digits is rejected: dates, telephone numbers and common sequences.
const MAX_DIGITS: usize = 12;
/// Separators that people write between words.
const SEPARATORS: [char; 4] = [' ', '-', '_', '.'];
/// Characters that may stand for a letter. Each kind multiplies the spellings that the estimate has to try.
const LETTER_LIKE: &str = "@({[<!|$+%";
const MAX_LETTER_LIKE: usize = 5;

/// Returns why this password is rejected, or `None`. `context` holds the owner's names and addresses, as typed.
///
/// The password is split into words and padding: sequences, keyboard walks, digits, dates and repeats. It is
/// rejected if nothing else is left and each word is a common password or part of the context, or if it is only
/// padding that is guessed quickly.
pub fn weakness(password: &str, context: &[&str]) -> Option<Weakness> {
    let context = words_of(context);
    weakness_of(password, &estimate(password, &context), &context)
}

/// Returns the words of the context and their parts, in lowercase.
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
    let mut all: Vec<String> = OURS.map(str::to_owned).into_iter().chain(words.iter().cloned()).chain(parts).collect();
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

/// Returns why the password is rejected, either as it stands or with padding, separators and repeats removed.
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

/// Returns other readings of the password: in NFKC (`ｐａｓｓｗｏｒｄ`), without surrounding punctuation (`Welcome1!`), without separators,
/// and reduced to the part that it repeats.
fn readings(password: &str) -> impl Iterator<Item = String> {
    let plain: String = password.nfkc().collect();
    let bare = plain.trim_matches(|c: char| c.is_ascii_punctuation()).to_owned();
    let joined = without_separators(&bare);
    let once = [password, &bare, &joined].map(repeated);
    [plain, bare, joined].into_iter().chain(once.into_iter().flatten())
}

fn without_separators(text: &str) -> String {
    text.replace(SEPARATORS, "")
}

/// Returns the part that the whole password repeats. zxcvbn's own repeat match ignores the context.
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
    // Outside printable ASCII, the patterns are no evidence of a password that attackers try first.
    let is_plain = password.len() < LOOKED_AT && password.bytes().all(|byte| byte.is_ascii_graphic());
    let is_guessed_soon = estimate.score() < Score::Three && is_trivial(estimate.sequence());
    (is_plain && is_guessed_soon).then_some(Weakness::Common)
}

/// Returns whether the password is a single common word with digits around it (`michelle1`).
fn is_padded_word(password: &str, context: &[String]) -> bool {
    let word = password.trim_matches(|c: char| c.is_ascii_digit());
    let is_padded = word.len() < password.len() && word.chars().count() >= MIN_WORD;
    is_padded && is_tried_first(estimate(word, context).sequence())
}

/// Returns whether only padding or common passwords remain without the longest context word that the password
/// starts or ends with. zxcvbn may have split that word into others.
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
