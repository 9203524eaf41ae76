//! Cleans typed and pasted text, with one rule for each kind of value, wherever it enters. Passwords are never
//! changed, nor are tokens in headers and cookies.

use super::Email;
use unicode_normalization::UnicodeNormalization;

/// Quotes and brackets that often surround a copied address or token.
const AROUND: [(char, char); 12] = [
    ('"', '"'),
    ('\'', '\''),
    ('`', '`'),
    ('“', '”'),
    ('„', '“'),
    ('‘', '’'),
    ('«', '»'),
    ('‹', '›'),
    ('<', '>'),
    ('(', ')'),
    ('[', ']'),
    ('{', '}'),
];
/// Number of layers of wrapping that are removed.
const LAYERS: usize = 4;
const BRACKETS: [(char, char); 3] = [('<', '>'), ('‹', '›'), ('〈', '〉')];

/// Extracts an email address from what mail programs and pages put around it: `mailto:ada@example.com`,
/// `Ada <ada@example.com>`, `ada@example.com,`.
pub fn email(text: &str) -> String {
    let mut address: String = without_invisible(text).trim().chars().map(narrow).collect();
    // With a line break inside, it is more than one value.
    if address.contains(char::is_control) {
        return address;
    }
    for _ in 0..LAYERS {
        address = inside_of_address(&address);
    }
    address
}

fn inside_of_address(text: &str) -> String {
    let text = unquoted(text.trim_end_matches([',', ';', '.', ' ']));
    if let Some(address) = after(text, "mailto:") {
        return percent_decoded(address.split('?').next().unwrap_or_default());
    }
    let bracketed = BRACKETS.iter().find_map(|(open, close)| {
        let (name, address) = text.strip_suffix(*close)?.split_once(*open)?;
        let is_one = !address.contains([*open, *close]) && (!name.contains('@') || unquoted(name.trim()) == address);
        is_one.then_some(address)
    });
    bracketed.unwrap_or(text).trim().to_owned()
}

/// Extracts a token from surrounding header or configuration syntax. Tokens of this server contain no white space.
pub fn token(text: &str) -> String {
    let text = without_invisible(text);
    let mut rest = text.trim();
    for _ in 0..LAYERS {
        // Two dots are in a token, also where its third part is empty.
        let end: &[char] = if rest.matches('.').count() > 2 { &[',', ';', '.', '\\'] } else { &[',', ';', '\\'] };
        rest = unquoted(rest.trim_end_matches(end).trim());
        rest = after(rest, "authorization:").unwrap_or(rest).trim();
        let is_next = |token: &&str| token.starts_with(|c: char| c.is_whitespace() || c == ':');
        rest = after(rest, "bearer").filter(is_next).map_or(rest, |token| token.trim_start_matches(':')).trim();
    }
    // A backslash is how shells continue a line.
    rest.split(|c: char| c.is_whitespace() || c == '\\').collect()
}

/// Extracts a code. Its digits may be of any script and grouped by dash-like characters.
pub fn code(text: &str) -> String {
    let is_between = |c: char| c.is_whitespace() || is_invisible(c) || is_dash(c);
    text.nfkc().filter(|c| !is_between(*c)).map(ascii_digit).collect()
}

/// Cleans a username, or the name of a person on the command line.
pub fn username(text: &str) -> String {
    without_invisible(text).trim().chars().map(narrow).collect()
}

/// Cleans a display name, in NFC. Joiners and direction marks stay where they shape adjacent letters.
pub fn name(text: &str) -> String {
    let kept = text.chars().filter(|c| !matches!(c, '\u{AD}' | '\u{200B}' | '\u{2060}' | '\u{FEFF}'));
    let name: String = kept.nfc().collect();
    name.trim_matches(|c: char| c.is_whitespace() || is_joiner(c)).to_owned()
}

/// Returns a search term in the form that names and addresses are compared in.
pub fn search(text: &str) -> String {
    match Email::parse(text) {
        Ok(email) => email.normalized().to_owned(),
        Err(_) => name(text).to_lowercase(),
    }
}

/// Returns whether any character is visible. White space, format characters and combining marks alone are not.
pub fn is_visible(text: &str) -> bool {
    let is_mark = unicode_normalization::char::is_combining_mark;
    // U+2800 is a Braille cell without dots.
    text.chars().any(|c| !(c.is_whitespace() || c.is_control() || is_invisible(c) || is_mark(c) || c == '\u{2800}'))
}

/// Writes full-width characters and the full stops of East Asian input methods as their ASCII twins.
fn narrow(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '\u{3002}' | '\u{FF61}' => '.',
        other => other,
    }
}

fn without_invisible(text: &str) -> String {
    text.chars().filter(|c| !is_invisible(*c)).collect()
}

/// Matches `Default_Ignorable_Code_Point` of Unicode and the other direction marks.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{AD}'
            | '\u{34F}'
            | '\u{61C}'
            | '\u{115F}'..='\u{1160}'
            | '\u{17B4}'..='\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFFB}'
            | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E0FFF}'
    )
}

fn is_joiner(c: char) -> bool {
    matches!(c, '\u{61C}' | '\u{200C}'..='\u{200F}')
}

fn is_dash(c: char) -> bool {
    matches!(
        c,
        '-' | '_' | '\u{58A}' | '\u{5BE}' | '\u{1806}' | '\u{2010}'..='\u{2015}' | '\u{2043}' | '\u{207B}' | '\u{208B}'
            | '\u{2212}' | '\u{2E3A}'..='\u{2E3B}' | '\u{301C}' | '\u{3030}' | '\u{30FC}' | '\u{FE58}' | '\u{FE63}'
            | '\u{FF0D}' | '.' | '·'
    )
}

/// Zero digits of the scripts whose digits NFKC leaves unchanged.
const ZEROS: [u32; 23] = [
    0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6, 0xE50, 0xED0, 0xF20,
    0x1040, 0x17E0, 0x1810, 0x1946, 0x19D0, 0xA8D0, 0xABF0,
];

fn ascii_digit(c: char) -> char {
    let value = ZEROS.iter().find_map(|zero| u32::from(c).checked_sub(*zero).filter(|value| *value < 10));
    value.and_then(|value| char::from_digit(value, 10)).unwrap_or(c)
}

/// Strips `prefix`, ignoring ASCII case.
fn after<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

fn unquoted(text: &str) -> &str {
    let text = text.trim();
    let inner = |(open, close): &(char, char)| text.strip_prefix(*open)?.strip_suffix(*close);
    AROUND.iter().find_map(inner).map_or(text, str::trim)
}

/// Decodes an address as RFC 6068 encodes it; returns malformed text unchanged.
fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digits = [rest.next(), rest.next()].map(|digit| digit.and_then(|digit| char::from(digit).to_digit(16)));
        let [Some(high), Some(low)] = digits else { return text.to_owned() };
        bytes.extend(u8::try_from(high * 16 + low));
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_without_what_programs_put_around_it() {
        for text in [
            "ada@example.com",
            " ada@example.com\r\n",
            "\u{A0}ada@example.com\u{3000}",
            "ada@exa\u{200B}mple.com\u{FEFF}",
            "\u{202A}ada@example.com\u{202C}",
            "ada\u{AD}@example.com",
            "mailto:ada@example.com",
            "MailTo:ada%40example.com?subject=Hello",
            "<ada@example.com>",
            "‹ada@example.com›",
            "<mailto:ada@example.com>",
            "Ada Lovelace <ada@example.com>",
            "\"Lovelace, Ada\" <ada@example.com>;",
            "ada@example.com <ada@example.com>",
            "'ada@example.com'",
            "“ada@example.com”",
            "(ada@example.com)",
            "ada@example.com,",
            "ada@example.com;",
            "ada@example.com.",
            "ada＠example.com",
            "ａｄａ＠ｅｘａｍｐｌｅ．ｃｏｍ",
            "ada@example。com",
        ] {
            assert_eq!(email(text), "ada@example.com", "{text:?}");
        }
    }

    #[test]
    fn neither_of_two_addresses_is_chosen() {
        for text in [
            "a@example.com, b@example.com",
            "A <a@example.com>, B <b@example.com>",
            "a@example.com; B <b@example.com>",
            "ada@example.com\r\nBcc: <b@example.com>",
        ] {
            assert!(Email::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_token_is_read_without_headers_quotes_and_white_space() {
        for text in [
            "eyJh.eyJi.c2ln",
            " eyJh.eyJi.c2ln\n",
            "Bearer eyJh.eyJi.c2ln",
            "bearer  eyJh.eyJi.c2ln",
            "Bearer\neyJh.eyJi.c2ln",
            "Authorization: Bearer eyJh.eyJi.c2ln",
            "\"Bearer eyJh.eyJi.c2ln\",",
            "'eyJh.eyJi.c2ln'",
            "eyJh.\r\n  eyJi.\r\n  c2ln",
            "eyJh.ey Ji.c2\u{200B}ln",
            "‹eyJh.eyJi.c2ln›",
            "<eyJh.eyJi.c2ln>.",
            "Bearer: eyJh.eyJi.c2ln",
            "eyJh.eyJi.\\\n  c2ln",
        ] {
            assert_eq!(token(text), "eyJh.eyJi.c2ln", "{text:?}");
        }
        for text in ["", "bearer", "x"] {
            assert_eq!(token(text), text);
        }
    }

    #[test]
    fn a_code_consists_of_its_digits() {
        for text in [
            "12345678",
            " 1234 5678\n",
            "1234-5678",
            "1234\u{2013}5678",
            "1234\u{2014}5678",
            "1234\u{2212}5678",
            "1234\u{2011}5678",
            "12\u{A0}34\u{202F}56\u{200B}78",
            "１２３４５６７８",
            "١٢٣٤٥٦٧٨",
            "۱۲۳۴۵۶۷۸",
            "१२३४५६७८",
            "𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖",
        ] {
            assert_eq!(code(text), "12345678", "{text:?}");
        }
        assert_eq!(code("1234567x"), "1234567x");
    }

    #[test]
    fn invisible_characters_around_names_are_trimmed() {
        assert_eq!(username("\u{200B} ada\u{FEFF} "), "ada");
        assert_eq!(name(" \u{200B}Ada\u{200B} Lovelace\u{200D}\u{FEFF}"), "Ada Lovelace");
        assert_eq!(name("Zoe\u{308}"), "Zoë");
        assert_eq!(name("👩\u{200D}💻"), "👩\u{200D}💻");
        assert_eq!(search(" ZOE\u{308} "), "zoë");
        assert_eq!(search("mailto:Ada@BÜCHER.example"), "ada@xn--bcher-kva.example");
    }
}
