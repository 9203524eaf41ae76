//! The master secret that all other keys are derived from.

use std::collections::BTreeSet;
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use super::value::{Unfit, Value};

/// At least 32 bytes that can't be guessed (RFC 8725 §3.5). Prints as `***`.
#[derive(Clone)]
pub struct MasterSecret(Vec<u8>);

impl MasterSecret {
    /// The minimum length (RFC 7518 §3.2: as long as the hash of HS256).
    pub const MIN_BYTES: usize = 32;

    /// Parses a secret from base64, standard or URL-safe, padded or not. Refuses known examples and regular bytes.
    pub fn parse(text: &str) -> Result<Self, Unfit> {
        if text.trim().is_empty() {
            return Err(unfit("it is empty"));
        }
        let bytes = decode(text).ok_or_else(|| unfit("it is not base64"))?;
        if bytes.len() < Self::MIN_BYTES {
            return Err(unfit(&format!("it has only {}", bytes.len())));
        }
        if is_example(&bytes) || has_phrase(text.as_bytes()) || has_phrase(&bytes) {
            return Err(unfit("it is a published example"));
        }
        if is_regular(&bytes) {
            return Err(unfit("it is guessable"));
        }
        Ok(Self(bytes))
    }

    /// Returns the secret bytes for key derivation.
    pub fn expose_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for MasterSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl Value for MasterSecret {
    fn read(text: &str) -> Result<Self, Unfit> {
        Self::parse(text)
    }
}

fn unfit(but: &str) -> Unfit {
    Unfit::new(format!(
        "at least {} random bytes, base64-encoded, but {but}: generate one with `openssl rand -base64 32`",
        MasterSecret::MIN_BYTES
    ))
}

/// Decodes base64. `openssl` breaks long output into lines, so white space is ignored.
fn decode(text: &str) -> Option<Vec<u8>> {
    let text: String = text.split_ascii_whitespace().collect();
    let text = text.trim_end_matches('=');
    let url_safe = || URL_SAFE_NO_PAD.decode(text);
    STANDARD_NO_PAD.decode(text).or_else(|_| url_safe()).ok()
}

/// Random keys that are printed in RFC 7515 §A.1 and RFC 7520 §3.5.
const EXAMPLES: [&str; 2] = [
    "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
    "hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCYgY",
];

fn is_example(bytes: &[u8]) -> bool {
    EXAMPLES.iter().any(|text| decode(text).as_deref() == Some(bytes))
}

/// At least six characters each: shorter ones could occur in random base64.
const PHRASES: [&str; 12] = [
    "secret",
    "changeme",
    "change-me",
    "change_me",
    "change me",
    "password",
    "example",
    "256-bit",
    "claviger",
    "0123456789",
    "1234567890",
    "qwertyuiop",
];

fn has_phrase(bytes: &[u8]) -> bool {
    let text = bytes.to_ascii_lowercase();
    let holds = |phrase: &str| text.windows(phrase.len()).any(|part| part == phrase.as_bytes());
    PHRASES.iter().any(|phrase| holds(phrase))
}

/// Returns whether the bytes have few distinct values, repeat, or form a sequence. None of that happens to 32
/// random bytes.
fn is_regular(bytes: &[u8]) -> bool {
    let few = bytes.iter().collect::<BTreeSet<_>>().len() < 12;
    let repeats = (1..=bytes.len() / 2).any(|period| bytes.iter().zip(bytes.iter().skip(period)).all(|(a, b)| a == b));
    let steps: BTreeSet<u8> = bytes.windows(2).map(|pair| pair[1].wrapping_sub(pair[0])).collect();
    few || repeats || steps.len() < 3
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::{STANDARD, URL_SAFE};

    use super::*;

    const GOOD: [u8; 32] = [
        0xfb, 0xff, 0xbf, 0x31, 0x9e, 0x54, 0x0d, 0xc2, 0x77, 0xa8, 0x1b, 0xe6, 0x42, 0x90, 0x6d, 0xd3, 0x05, 0xf8,
        0x2c, 0xb1, 0x69, 0x14, 0x8e, 0x73, 0xca, 0x3f, 0x57, 0xe0, 0x9b, 0x26, 0x81, 0xdd,
    ];

    fn refusal(text: &str) -> String {
        MasterSecret::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn base64_of_every_kind_is_read() {
        let wrapped = format!(" {}\n{}\n", &STANDARD.encode(GOOD)[..20], &STANDARD.encode(GOOD)[20..]);
        for text in [
            STANDARD.encode(GOOD),
            STANDARD_NO_PAD.encode(GOOD),
            URL_SAFE.encode(GOOD),
            URL_SAFE_NO_PAD.encode(GOOD),
            wrapped,
        ] {
            let secret = MasterSecret::parse(&text).unwrap();
            assert_eq!(secret.expose_bytes(), GOOD, "{text}");
        }
    }

    #[test]
    fn a_secret_that_is_empty_short_or_not_base64_is_refused_with_a_way_to_create_one() {
        assert_eq!(
            refusal(""),
            "must be at least 32 random bytes, base64-encoded, but it is empty: generate one with `openssl rand -base64 32`"
        );
        assert!(refusal(" \n").contains("it is empty"));
        assert!(refusal("c2VjcmV0").contains("it has only 6"));
        assert!(refusal(&STANDARD.encode(&GOOD[..31])).contains("it has only 31"));
        assert!(refusal("a key of mine, with spaces and commas").contains("it is not base64"));
    }

    #[test]
    fn well_known_values_are_refused() {
        for text in [
            "secret-secret-secret-secret-secret-secret-secret",
            "your-256-bit-secret",
            "a-string-secret-at-least-256-bits-long",
            "thisIsMySuperSecretKeyThatNobodyWillEverGuessTheyDo",
            "changemechangemechangemechangemechangemechangeme",
            EXAMPLES[0],
            EXAMPLES[1],
        ] {
            assert!(MasterSecret::parse(text).is_err(), "{text}");
        }
        for plain in [
            "secret, but a good deal longer than it was",
            "changeme!changeme!changeme!changeme!",
            "Please CHANGE-ME before you go into production",
            "your-256-bit-secret-your-256-bit-secret",
            "correct horse battery password staple",
            "0123456789abcdefghijklmnopqrstuv",
            "qwertyuiopasdfghjklzxcvbnm123456",
        ] {
            assert!(MasterSecret::parse(&STANDARD.encode(plain)).is_err(), "{plain}");
        }
    }

    #[test]
    fn regular_bytes_are_refused() {
        let rising: Vec<u8> = (0..32).collect();
        let falling: Vec<u8> = (100..164).rev().collect();
        let twice = [&GOOD[..20], &GOOD[..20]].concat();
        let few: Vec<u8> = (0..64_u8).map(|i| i.wrapping_mul(i) % 11).collect();
        for bytes in [vec![0; 32], vec![0xff; 64], b"ab".repeat(20), rising, falling, twice, few] {
            assert!(MasterSecret::parse(&STANDARD.encode(&bytes)).is_err(), "{bytes:?}");
        }
    }

    #[test]
    fn hexadecimal_digits_of_a_random_key_are_accepted() {
        let digits = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
        assert!(MasterSecret::parse(digits).is_ok());
        assert!(MasterSecret::parse(&STANDARD.encode(digits)).is_ok());
    }

    #[test]
    fn a_master_secret_does_not_print_itself() {
        assert_eq!(format!("{:?}", MasterSecret(GOOD.to_vec())), "***");
    }
}
