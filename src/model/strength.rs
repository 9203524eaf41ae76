//! How hard a password is to guess, and which ones are refused for it. The same in the browser,
//! while it is typed, and on the server.

use zxcvbn::{
    Entropy, Match, Score,
    matching::patterns::{DictionaryPattern, MatchPattern},
    zxcvbn,
};

/// Why a password is refused, however long it is (NIST SP 800-63B-4 §3.1.1.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weakness {
    /// Nothing but the commonest passwords, padded.
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

/// The last rank in a list of zxcvbn's that is one of the commonest.
const COMMONEST: usize = 3000;
/// Code points of a password that are looked at: the estimate takes the square of their number.
const LOOKED_AT: usize = 64;
/// Code points that are advised.
const ADVISED: usize = 15;
/// Shorter words of the lists stand in any text by chance.
const MIN_WORD: usize = 3;
const MAX_CONTEXT: usize = 20;
const PRODUCT: &str = "claviger";
/// The longest row of repeated digits that is refused.
const MAX_COMMON_PADDING: usize = 12;
/// Marks that may stand for a letter. Each kind that occurs multiplies the spellings that are tried.
const LETTER_LIKE: &str = "@({[<!|$+%";
const MAX_LETTER_LIKE: usize = 5;

/// Why this password is refused; None for all others. `context` is what its owner is called: names
/// and addresses as they were typed.
///
/// The password is cut into words and padding: sequences, walks over the keyboard, digits, dates
/// and repeats. It is refused if that is all of it and each word is a common password or of the
/// context. Padding alone is allowed (`abcdefghijklmno`), unless it is a common password itself.
pub fn weakness(password: &str, context: &[&str]) -> Option<Weakness> {
    let context = words_of(context);
    weakness_of(password, &estimate(password, &context), &context)
}

/// The password without the marks around it, which are padding, too: `Welcome1!`.
fn without_marks(password: &str) -> &str {
    password.trim_matches(|c: char| c.is_ascii_punctuation())
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

/// The words of names and addresses, in small letters.
fn words_of(context: &[&str]) -> Vec<String> {
    let texts = context.iter().flat_map(|text| {
        let local_part = text.rsplit_once('@').map(|(local, _)| local);
        text.split_whitespace().chain(local_part)
    });
    let fitting = texts.filter(|word| !word.is_empty() && word.len() <= LOOKED_AT);
    [PRODUCT].into_iter().chain(fitting).take(MAX_CONTEXT).map(str::to_lowercase).collect()
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

fn weakness_of(password: &str, estimate: &Entropy, context: &[String]) -> Option<Weakness> {
    if is_common_padding(password) {
        return Some(Weakness::Common);
    }
    if password.chars().count() > LOOKED_AT || has_many_spellings(password) {
        return None;
    }
    match whole(estimate.sequence(), context) {
        Part::Word(weakness) => return Some(weakness),
        _ if begins_or_ends_with_one_of(context, &password.to_lowercase()) => return Some(Weakness::Personal),
        _ => {}
    }
    let core = without_marks(password);
    if core.len() == password.len() || core.is_empty() {
        return None;
    }
    weakness_of(core, &self::estimate(core, context), context)
}

/// Whether it is a few digits again and again: commonest among what zxcvbn takes for mere padding.
fn is_common_padding(password: &str) -> bool {
    let is_short =
        (1..=MAX_COMMON_PADDING).contains(&password.len()) && password.bytes().all(|byte| byte.is_ascii_digit());
    is_short
        && (1..=3).any(|length| password.as_bytes().chunks(length).all(|chunk| password.as_bytes().starts_with(chunk)))
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

/// What a part of a password is. A whole is the last in this order that its parts are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Padding,
    Word(Weakness),
    Other,
}

fn whole(parts: &[Match], context: &[String]) -> Part {
    match parts {
        // zxcvbn keeps a word only in the list where it ranks best: `jennifer` is among the names.
        [sole] if is_listed(sole) && part(sole, context) == Part::Other => Part::Word(Weakness::Common),
        _ => parts.iter().map(|found| part(found, context)).max().unwrap_or(Part::Padding),
    }
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

/// Whether the word is in the list of passwords, whose type zxcvbn does not let others name.
fn is_password(word: &DictionaryPattern) -> bool {
    format!("{:?}", word.dictionary_name) == "Passwords"
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    const GRACE: [&str; 3] = ["Grace Hopper", "g.hopper@example.com", "amazing-grace"];

    #[test]
    fn the_commonest_passwords_are_refused_in_any_case() {
        for password in [
            "12345678",
            "password",
            "Password1",
            "QWERTYUIOP",
            "P@ssw0rd",
            "jennifer",
            "11111111",
            "00000000",
            "123123123",
            "princess1",
            "Passw0rd!",
        ] {
            assert_eq!(weakness(password, &[]), Some(Weakness::Common), "{password}");
        }
    }

    #[test]
    fn common_passwords_with_padding_are_refused() {
        for password in [
            "password12345678",
            "password1234",
            "qwerty12345",
            "letmein123",
            "Password1!",
            "Welcome123!",
            "!monkey123!",
            "qwertyuiopasdfgh",
            "passwordpassword",
            "passwordqwertydragon",
            "2026password",
            "monkey83749201",
            "01.02.1987password",
            "dragonzzzzzzzzz",
        ] {
            assert_eq!(weakness(password, &GRACE), Some(Weakness::Common), "{password}");
        }
    }

    #[test]
    fn what_is_built_from_its_owner_or_from_us_is_refused() {
        for password in [
            "claviger2026",
            "Claviger",
            "amazing-grace12345678901",
            "gracehopper1906",
            "g.hopper@example.com",
            "g.hopper12345678901",
            "HopperHopperHopper",
            "gracepassword",
        ] {
            assert_eq!(weakness(password, &GRACE), Some(Weakness::Personal), "{password}");
        }
        for username in ["g", "bo", "x1", "h4s", "ada", "user.name-01"] {
            let password = format!("{username}12345678901");
            assert_eq!(weakness(&password, &[username]), Some(Weakness::Personal), "{password}");
        }
    }

    #[test]
    fn everything_else_is_allowed() {
        for password in [
            &"a".repeat(64),
            &"a".repeat(128),
            &format!("{}X", "a".repeat(72)),
            &"é".repeat(15),
            &" ".repeat(15),
            "kq4vT9zx",
            "correct horse battery staple",
            "correcthorsebatterystaple",
            "a ship in port is safe",
            "xwqzbtplkhvmnrd",
            "pass🔑word🔑🔑",
            "\u{7}\u{1b}password\u{0}",
            "\u{202E}drowssap\u{202C}",
            "١٢٣٤٥٦٧٨",
            "",
        ] {
            assert_eq!(weakness(password, &["Al Ab", "a@example.com"]), None, "{password:?}");
        }
    }

    #[test]
    fn padding_alone_is_allowed_unless_it_is_a_common_password() {
        for password in ["abcdefghijklmno", "abcdefgh", "8888888888888", "10121987", "ééééé"] {
            assert_eq!(weakness(password, &[]), None, "{password}");
        }
        for password in ["11111111", "123456789", "qwertyuiop"] {
            assert_eq!(weakness(password, &[]), Some(Weakness::Common), "{password}");
        }
    }

    #[test]
    fn what_is_too_long_to_be_looked_at_is_allowed() {
        assert_eq!(weakness(&"password".repeat(8), &[]), Some(Weakness::Common));
        assert_eq!(weakness(&"password".repeat(9), &[]), None);
        assert_eq!(weakness("password@({[<!@({[<!", &[]), None);
    }

    #[test]
    fn the_meter_rises_with_the_guesses() {
        let level = |password| strength(password, &GRACE).level;
        assert_eq!(level(""), Level::VeryWeak);
        assert_eq!(level("hopper1906"), Level::VeryWeak);
        assert_eq!(level("spring!1"), Level::Weak);
        assert_eq!(level("kq4vT9z"), Level::Fair);
        assert_eq!(level("kq4vT9zx1"), Level::Good);
        assert_eq!(level("correct horse battery staple"), Level::Strong);
    }

    #[test]
    fn fifteen_characters_are_advised() {
        assert!(strength("kq4vT9zxWm2!éé", &[]).is_short);
        assert!(!strength("kq4vT9zxWm2!ééé", &[]).is_short);
    }

    #[test]
    fn hostile_text_takes_bounded_time() {
        let marks: String = "4@8({[<369!1|7 0$5+%2".chars().cycle().take(1024).collect();
        let few_marks: String = "4@8({[<3691!7 052".chars().cycle().take(1024).collect();
        let text = "ab1".repeat(341);
        let context = "word ".repeat(5000);
        for password in [marks, few_marks, text, "é".repeat(512), "1".repeat(1024), "\u{130}".repeat(512)] {
            let begun = Instant::now();
            strength(&password, &[&context, "ada@example.com"]);
            let took = begun.elapsed();
            assert!(took < Duration::from_secs(3), "{:?}… took {took:?}", password.chars().next());
        }
    }
}
