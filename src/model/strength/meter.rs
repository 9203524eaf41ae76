//! Estimates the strength of a password while it is typed. Runs in the browser, where zxcvbn's lists would be
//! larger than all other code, so it has a dictionary of its own.
//!
//! It never praises what [`weakness`](super::weakness) rejects. A password that could be a single word of a list
//! that is not here, with padding and common passwords around it, is at most fair.

use super::{
    ADVISED, LOOKED_AT, MIN_WORD, Weakness,
    patterns::{self, Kind, Part},
    without_separators, words_of,
};
use std::{collections::HashMap, sync::LazyLock};

/// How hard a password is to guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Strength {
    pub level: Level,
    /// Why the password will be rejected, if it will.
    pub weakness: Option<Weakness>,
    /// Whether it has fewer code points than recommended (NIST SP 800-63B-4 §3.1.1.1).
    pub is_short: bool,
}

/// Step of the strength meter, from a thousand to ten billion guesses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    VeryWeak,
    Weak,
    Fair,
    Good,
    Strong,
}

/// Words of zxcvbn's lists, without case. First the most common passwords, then after an empty line what is common
/// in the other lists, and the passwords of any rank that are longer than `MAX_UNKNOWN`.
/// A static, so that its bytes have a symbol of their own, and stay with this code when the WebAssembly is split.
static WORDS: [u8; include_bytes!("words.txt").len()] = *include_bytes!("words.txt");
/// Length of the longest password that may be in zxcvbn's list and is not in ours.
const MAX_UNKNOWN: usize = 9;

static DICTIONARY: LazyLock<HashMap<String, Kind>> = LazyLock::new(|| {
    let words = str::from_utf8(&WORDS).unwrap_or_default();
    let (passwords, others) = words.split_once("\n\n").unwrap_or((words, ""));
    let passwords = passwords.lines().map(|word| (patterns::folded(word), Kind::Word(Weakness::Common)));
    others.lines().map(|word| (patterns::folded(word), Kind::Rare)).chain(passwords).collect()
});

/// Estimates the strength of this password, in NFKC. `context` holds the owner's names and addresses, as typed.
pub fn strength(password: &str, context: &[&str]) -> Strength {
    let context: Vec<String> = words_of(context).iter().map(|word| patterns::folded(word)).collect();
    let typed = Judgement::of(password, &context);
    let bare = password.trim_matches(|c: char| c.is_ascii_punctuation());
    let readings = [Judgement::of(bare, &context), Judgement::of(&without_separators(bare), &context)];
    let all = || readings.iter().chain([&typed]);
    let weakness = all().filter_map(|reading| reading.weakness).max();
    let level = match weakness {
        Some(_) => Level::VeryWeak,
        None if all().any(|reading| reading.may_be_one_word) => level(typed.guesses).min(Level::Fair),
        None => level(typed.guesses),
    };
    Strength { level, weakness, is_short: password.chars().count() < ADVISED }
}

fn level(guesses: f64) -> Level {
    match guesses {
        ..3.0 => Level::VeryWeak,
        ..6.0 => Level::Weak,
        ..8.0 => Level::Fair,
        ..10.0 => Level::Good,
        _ => Level::Strong,
    }
}

/// What one reading of a password says about it.
struct Judgement {
    weakness: Option<Weakness>,
    /// Decimal logarithm of the number of guesses.
    guesses: f64,
    /// Whether at most one word is left without padding and common passwords.
    may_be_one_word: bool,
}

impl Judgement {
    fn of(password: &str, context: &[String]) -> Self {
        let text: Vec<char> = password.chars().take(LOOKED_AT).collect();
        let parts: Vec<Vec<Part>> = (0..text.len()).map(|start| parts_at(&text, start, context)).collect();
        let guesses = fewest_guesses(&parts);
        let before = known_before(&parts);
        let after = known_after(&parts);
        let is_one_word = |start: usize, end: usize| {
            end <= start + MAX_UNKNOWN || parts[start].iter().any(|part| part.end == end && part.kind == Kind::Rare)
        };
        let starts = || (0..=text.len()).filter(|start| before[*start].is_some());
        let may_be_one_word =
            starts().any(|start| (start..=text.len()).any(|end| after[end] && is_one_word(start, end)));
        let is_listed = parts.first().is_some_and(|parts| parts.iter().any(|part| part.is_word_of(text.len())));
        let is_plain = text.len() < LOOKED_AT && text.iter().all(char::is_ascii_graphic);
        let weakness = match before[text.len()] {
            Some(Kind::Word(weakness)) => Some(weakness),
            Some(Kind::Padding) if is_plain && !text.is_empty() && guesses < 8.0 => Some(Weakness::Common),
            _ => (is_listed && text.len() >= MIN_WORD).then_some(Weakness::Common),
        };
        Self { weakness, guesses, may_be_one_word }
    }
}

/// Returns the known parts of the text that begin at `start`.
fn parts_at(text: &[char], start: usize, context: &[String]) -> Vec<Part> {
    let mut parts = patterns::padding_at(text, start);
    let mut word = String::new();
    for (end, next) in text.iter().enumerate().skip(start) {
        word.push(patterns::fold(*next));
        let backwards = word.chars().rev().collect();
        for spelling in [&word, &backwards] {
            let kind = match DICTIONARY.get(spelling) {
                _ if context.contains(spelling) => Kind::Word(Weakness::Personal),
                Some(kind) => *kind,
                None => continue,
            };
            parts.push(Part { end: end + 1, kind, guesses: kind.guesses() });
        }
    }
    parts
}

fn fewest_guesses(parts: &[Vec<Part>]) -> f64 {
    let mut fewest = vec![f64::INFINITY; parts.len() + 1];
    fewest[0] = 0.0;
    for (start, parts) in parts.iter().enumerate() {
        // A character that belongs to nothing: ten guesses.
        fewest[start + 1] = fewest[start + 1].min(fewest[start] + 1.0);
        for part in parts {
            fewest[part.end] = fewest[part.end].min(fewest[start] + part.guesses);
        }
    }
    fewest[parts.len()]
}

/// For each position: the worst of the parts before it, if the text up to there is padding and common passwords.
fn known_before(parts: &[Vec<Part>]) -> Vec<Option<Kind>> {
    let mut before = vec![None; parts.len() + 1];
    before[0] = Some(Kind::Padding);
    for (start, parts) in parts.iter().enumerate() {
        let Some(worst) = before[start] else { continue };
        for part in parts.iter().filter(|part| part.kind != Kind::Rare) {
            before[part.end] = before[part.end].max(Some(worst.max(part.kind)));
        }
    }
    before
}

/// For each position: whether the rest of the text is padding and common passwords.
fn known_after(parts: &[Vec<Part>]) -> Vec<bool> {
    let mut after = vec![true; parts.len() + 1];
    for start in (0..parts.len()).rev() {
        after[start] = parts[start].iter().any(|part| part.kind != Kind::Rare && after[part.end]);
    }
    after
}

#[cfg(test)]
mod tests;
