//! Classifies the parts of a password estimate as words, padding, or other text.

use super::{MIN_WORD, Weakness, estimate};
use zxcvbn::{
    Match,
    matching::patterns::{DictionaryPattern, MatchPattern},
};

/// Highest rank in a zxcvbn list that counts as one of the most common entries.
const COMMONEST: usize = 3000;
/// Number of bytes that add nothing to a password that is otherwise trivial.
const MAX_REST: usize = 3;

/// Classification of one part of a password. The classification of a whole is the maximum of its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Padding,
    Word(Weakness),
    Other,
}

pub(super) fn whole(parts: &[Match], context: &[String]) -> Part {
    match parts {
        // zxcvbn keeps a word only in the list where it ranks best: it reports `jennifer` as a name.
        [sole] if is_listed(sole) => match part(sole, context) {
            word @ Part::Word(_) => word,
            _ => Part::Word(Weakness::Common),
        },
        _ => parts.iter().map(|found| part(found, context)).max().unwrap_or(Part::Padding),
    }
}

/// Returns whether all but a few characters are a trivial pattern: sequences, keyboard walks, repeats, dates.
pub(super) fn is_trivial(parts: &[Match]) -> bool {
    let is_pattern = |found: &&Match| !matches!(found.pattern, MatchPattern::Dictionary(_) | MatchPattern::BruteForce);
    let patterns: usize = parts.iter().filter(is_pattern).map(|found| found.token.len()).sum();
    let all: usize = parts.iter().map(|found| found.token.len()).sum();
    patterns > 0 && all - patterns <= MAX_REST
}

fn part(found: &Match, context: &[String]) -> Part {
    match &found.pattern {
        MatchPattern::Dictionary(word) if context.contains(&word.matched_word) => Part::Word(Weakness::Personal),
        MatchPattern::Dictionary(word) if is_commonest(found) && is_password(word) => Part::Word(Weakness::Common),
        MatchPattern::Repeat(repeat) => match whole(&repeat.base_matches, context) {
            word @ Part::Word(_) if repeat.base_token.chars().count() >= MIN_WORD => word,
            _ => Part::Padding,
        },
        MatchPattern::Spatial(_) | MatchPattern::Sequence(_) | MatchPattern::Regex(_) | MatchPattern::Date(_) => {
            Part::Padding
        }
        _ if found.token.chars().all(|c| c.is_ascii_digit()) => Part::Padding,
        MatchPattern::Dictionary(_) => without_digits(&found.token, context),
        MatchPattern::BruteForce => Part::Other,
    }
}

/// Strips digits from a rarer word, which may be a common word with padding: `password1234`.
fn without_digits(token: &str, context: &[String]) -> Part {
    let word = token.trim_matches(|c: char| c.is_ascii_digit());
    if word.len() == token.len() || word.chars().count() < MIN_WORD {
        return Part::Other;
    }
    whole(estimate(word, context).sequence(), context)
}

fn is_commonest(found: &Match) -> bool {
    matches!(&found.pattern, MatchPattern::Dictionary(word) if word.rank <= COMMONEST)
        && found.token.chars().count() >= MIN_WORD
}

/// Returns whether the word is one of the most common entries, or is in the password list at any rank.
fn is_listed(sole: &Match) -> bool {
    is_commonest(sole) || matches!(&sole.pattern, MatchPattern::Dictionary(word) if is_password(word))
}

/// Returns whether the password is one word of the password list, or a common first name. zxcvbn keeps
/// passwords in the name lists when they rank better there.
pub(super) fn is_tried_first(parts: &[Match]) -> bool {
    match parts {
        [Match { pattern: MatchPattern::Dictionary(word), .. }] => {
            is_password(word) || word.rank <= COMMONEST && matches!(list(word).as_str(), "FemaleNames" | "MaleNames")
        }
        _ => false,
    }
}

/// Returns whether the word is in the password list.
fn is_password(word: &DictionaryPattern) -> bool {
    list(word) == "Passwords"
}

/// Returns the name of the word's list. zxcvbn does not export the type, so this reads its `Debug` output.
fn list(word: &DictionaryPattern) -> String {
    format!("{:?}", word.dictionary_name)
}
