//! The parts that an estimate finds in a password: words, padding, and what is neither.

use super::{MIN_WORD, Weakness, estimate};
use zxcvbn::{
    Match,
    matching::patterns::{DictionaryPattern, MatchPattern},
};

/// The last rank in a list of zxcvbn's that is one of the commonest.
const COMMONEST: usize = 3000;
/// How many bytes add nothing to what else is typed without thinking.
const MAX_REST: usize = 3;

/// What a part of a password is. A whole is the last in this order that its parts are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Padding,
    Word(Weakness),
    Other,
}

pub(super) fn whole(parts: &[Match], context: &[String]) -> Part {
    match parts {
        // zxcvbn keeps a word only in the list where it ranks best: `jennifer` is among the names.
        [sole] if is_listed(sole) => match part(sole, context) {
            word @ Part::Word(_) => word,
            _ => Part::Word(Weakness::Common),
        },
        _ => parts.iter().map(|found| part(found, context)).max().unwrap_or(Part::Padding),
    }
}

/// Whether it is typed without thinking but for a few characters: sequences, walks over the keyboard,
/// repeats, dates.
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

/// A rarer word of the lists may be a common one, padded: `password1234`.
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

/// Whether a password is one of the commonest, or as a whole in the list of passwords at any rank.
fn is_listed(sole: &Match) -> bool {
    is_commonest(sole) || matches!(&sole.pattern, MatchPattern::Dictionary(word) if is_password(word))
}

/// Whether it is one word of the list of passwords, or a first name, in whose lists zxcvbn keeps those
/// passwords that rank better there.
pub(super) fn is_tried_first(parts: &[Match]) -> bool {
    match parts {
        [Match { pattern: MatchPattern::Dictionary(word), .. }] => {
            is_password(word) || word.rank <= COMMONEST && matches!(list(word).as_str(), "FemaleNames" | "MaleNames")
        }
        _ => false,
    }
}

/// Whether the word is in the list of passwords.
fn is_password(word: &DictionaryPattern) -> bool {
    list(word) == "Passwords"
}

/// The list that the word is in, whose type zxcvbn does not let others name.
fn list(word: &DictionaryPattern) -> String {
    format!("{:?}", word.dictionary_name)
}
