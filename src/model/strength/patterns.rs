//! Parts of a password that the meter knows: words without their spelling, and padding.

use super::Weakness;

/// A part from the position where it was found to `end`.
pub(super) struct Part {
    pub end: usize,
    pub kind: Kind,
    /// Decimal logarithm of the number of guesses.
    pub guesses: f64,
}

impl Part {
    /// Returns whether this is a word that ends at `end`.
    pub(super) fn is_word_of(&self, end: usize) -> bool {
        self.end == end && self.kind != Kind::Padding
    }
}

/// What a part is. The worst of a password's parts is their maximum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// A word that is common, but not as a password.
    Rare,
    Padding,
    /// A common password, or part of the owner's names.
    Word(Weakness),
}

impl Kind {
    pub(super) fn guesses(self) -> f64 {
        match self {
            Self::Word(Weakness::Personal) => 1.0,
            Self::Word(Weakness::Common) | Self::Padding => 3.0,
            Self::Rare => 3.5,
        }
    }
}

/// Returns a character without case, and as the letter that it may stand for. Letters that share a sign are one.
pub(super) fn fold(c: char) -> char {
    match c.to_lowercase().next().unwrap_or(c) {
        '4' | '@' => 'a',
        '8' => 'b',
        '(' | '{' | '[' | '<' => 'c',
        '3' => 'e',
        '6' | '9' => 'g',
        '1' | '7' | '!' | '|' | '+' | 'i' | 't' => 'l',
        '0' => 'o',
        '5' | '$' => 's',
        '%' => 'x',
        '2' => 'z',
        other => other,
    }
}

/// Returns a word without its spelling.
pub(super) fn folded(word: &str) -> String {
    word.chars().map(fold).collect()
}

/// Largest step between two characters of a sequence, as in zxcvbn.
const MAX_STEP: u32 = 5;
const SHORTEST_WALK: usize = 3;
const SHORTEST_DATE: usize = 6;

/// Returns the padding that begins at `start`: digits, dates, sequences, keyboard walks and repeats.
pub(super) fn padding_at(text: &[char], start: usize) -> Vec<Part> {
    let rest = &text[start..];
    let part = |length: usize, guesses| Part { end: start + length, kind: Kind::Padding, guesses };
    let mut parts = Vec::new();
    if rest[0].is_ascii_digit() {
        parts.push(part(1, 1.0));
        parts.extend(dates(rest).map(|length| part(length, 4.0)));
    }
    if let [a @ ('1' | '2'), b @ ('9' | '0'), c, d, ..] = rest
        && [a, b, c, d].into_iter().all(char::is_ascii_digit)
    {
        parts.push(part(4, 2.0));
    }
    parts.extend(sequences(rest).map(|length| part(length, 2.0)));
    for keyboard in &KEYBOARDS {
        parts.extend(walks(rest, keyboard).map(|length| part(length, 2.5)));
    }
    for length in 1..=rest.len() / 2 {
        let unit = &rest[..length];
        let times = rest.chunks_exact(length).take_while(|chunk| is_same(chunk, unit)).count();
        #[expect(clippy::cast_precision_loss, reason = "at most as large as the text that is looked at")]
        parts.extend((2..=times).map(|times| part(length * times, length as f64 + (times as f64).log10())));
    }
    parts
}

fn is_same(a: &[char], b: &[char]) -> bool {
    a.iter().zip(b).all(|(a, b)| a.to_lowercase().eq(b.to_lowercase()))
}

/// Returns the lengths of digits with separators between them.
fn dates(rest: &[char]) -> impl Iterator<Item = usize> {
    let is_of_date = |c: &&char| c.is_ascii_digit() || matches!(c, '.' | '-' | '_' | '/' | '\\' | ' ');
    let length = rest.iter().take_while(is_of_date).count();
    (SHORTEST_DATE..=length).filter(|length| rest[length - 1].is_ascii_digit())
}

fn sequences(rest: &[char]) -> impl Iterator<Item = usize> {
    let step = |pair: &[char]| i64::from(u32::from(pair[1])) - i64::from(u32::from(pair[0]));
    let first = rest.windows(2).next().map_or(0, step);
    let steps = rest.windows(2).take_while(|pair| step(pair) == first).count();
    let shortest = if first.abs() == 1 { 2 } else { 3 };
    let is_sequence = (1..=i64::from(MAX_STEP)).contains(&first.abs());
    (shortest..=steps + 1).filter(move |_| is_sequence)
}

/// Rows of keys, plain and shifted.
struct Keyboard {
    rows: &'static [[&'static str; 2]],
    /// Columns of the keys above and below a key, relative to its own.
    above: std::ops::RangeInclusive<isize>,
    below: std::ops::RangeInclusive<isize>,
}

const KEYBOARDS: [Keyboard; 4] = [
    Keyboard {
        rows: &[
            ["`1234567890-=", "~!@#$%^&*()_+"],
            [" qwertyuiop[]\\", " QWERTYUIOP{}|"],
            [" asdfghjkl;'", " ASDFGHJKL:\""],
            [" zxcvbnm,./", " ZXCVBNM<>?"],
        ],
        above: 0..=1,
        below: -1..=0,
    },
    Keyboard {
        rows: &[
            ["`1234567890[]", "~!@#$%^&*(){}"],
            [" ',.pyfgcrl/=\\", " \"<>PYFGCRL?+|"],
            [" aoeuidhtns-", " AOEUIDHTNS_"],
            [" ;qjkxbmwvz", " :QJKXBMWVZ"],
        ],
        above: 0..=1,
        below: -1..=0,
    },
    Keyboard {
        rows: &[[" /*-", ""], ["789+", ""], ["456", ""], ["123", ""], [" 0.", ""]],
        above: -1..=1,
        below: -1..=1,
    },
    Keyboard {
        rows: &[[" =/*", ""], ["789-", ""], ["456+", ""], ["123", ""], [" 0.", ""]],
        above: -1..=1,
        below: -1..=1,
    },
];

/// Returns the lengths of walks from key to neighbouring key.
fn walks(rest: &[char], keyboard: &Keyboard) -> impl Iterator<Item = usize> {
    let steps = rest.windows(2).take_while(|pair| keyboard.is_step(pair[0], pair[1])).count();
    SHORTEST_WALK..=steps + 1
}

impl Keyboard {
    fn is_step(&self, from: char, to: char) -> bool {
        let (Some((row, column)), Some((to_row, to_column))) = (self.place(from), self.place(to)) else { return false };
        let step = to_column - column;
        match to_row - row {
            0 => step.abs() == 1,
            -1 => self.above.contains(&step),
            1 => self.below.contains(&step),
            _ => false,
        }
    }

    fn place(&self, key: char) -> Option<(isize, isize)> {
        let is_key = |row: &str| row.chars().position(|c| c == key && c != ' ');
        self.rows.iter().enumerate().find_map(|(row, [plain, shifted])| {
            let column = is_key(plain).or_else(|| is_key(shifted))?;
            Some((row.try_into().ok()?, column.try_into().ok()?))
        })
    }
}
