//! Parses stored hashes, our own and imported ones, and bounds the cost of checking them.

use super::{
    argon2id::{Argon2Hash, Bound},
    foreign::ForeignHash,
};
use crate::model::Password;
use argon2::{Block, Params};
use std::fmt;

/// The estimated work in microseconds above which a hash is checked on the costly threads. Hashes with the
/// current parameters never are.
const COSTLY: u64 = 150_000;

/// The text of an imported hash that can be checked here at an acceptable cost.
#[derive(Clone)]
pub struct ImportedHash(String);

/// Why a hash cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadHash {
    /// Of no supported family.
    #[error("unsupported format; expected a PHC or modular crypt string of Argon2, bcrypt, scrypt or PBKDF2")]
    Unknown,
    #[error("malformed hash")]
    Damaged,
    #[error(
        "too expensive to check: at most 128 MiB for Argon2 and scrypt, cost 15 for bcrypt, 5,000,000 rounds for PBKDF2"
    )]
    TooCostly,
}

/// The result of checking a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Wrong,
    Right {
        /// Whether a new hash of the password should replace this one.
        is_outdated: bool,
    },
    /// The hash is damaged or too costly, so no password can match.
    Unusable(BadHash),
}

impl ImportedHash {
    /// The longest text: several times the length that any family writes.
    const MAX_BYTES: usize = 512;

    /// Parses an imported hash. Fails if it is unknown, damaged or too costly.
    pub fn parse(text: &str) -> Result<Self, BadHash> {
        if text.len() > Self::MAX_BYTES || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(BadHash::Damaged);
        }
        StoredHash::within(text, &Bound::OF_IMPORTS)?;
        Ok(Self(text.to_owned()))
    }

    /// Returns the text, for the store only.
    pub fn into_text(self) -> String {
        self.0
    }
}

impl fmt::Debug for ImportedHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// A hash parsed from its text. Its cost is bounded, whatever the database contains.
pub(super) enum StoredHash {
    Argon2(Argon2Hash),
    Foreign(ForeignHash),
}

impl StoredHash {
    /// Parses a stored hash.
    pub(super) fn parse(text: &str) -> Result<Self, BadHash> {
        Self::within(text, &Bound::OF_SETTINGS)
    }

    fn within(text: &str, bound: &Bound) -> Result<Self, BadHash> {
        if !text.starts_with("$argon2") {
            return ForeignHash::parse(text).map(Self::Foreign);
        }
        let hash = Argon2Hash::parse(text).ok_or(BadHash::Damaged)?;
        if hash.is_within(bound) { Ok(Self::Argon2(hash)) } else { Err(BadHash::TooCostly) }
    }

    /// Returns whether a check takes so much longer than one with these parameters that it must not delay
    /// others.
    pub(super) fn is_costly(&self, params: &Params) -> bool {
        let work = match self {
            Self::Argon2(hash) => hash.work(),
            Self::Foreign(hash) => hash.work(),
        };
        work > COSTLY.max(u64::from(params.m_cost()) * u64::from(params.t_cost()))
    }

    /// Checks every spelling of a password; `None` if memory runs out.
    pub(super) fn check(&self, password: &Password, params: &Params, memory: &mut Vec<Block>) -> Option<Verdict> {
        for spelling in password.spellings() {
            let (is_right, is_outdated) = match self {
                Self::Argon2(hash) => {
                    let is_ours = spelling == password.expose_bytes() && !hash.is_weaker_than(params);
                    (hash.matches(spelling, memory)?, !is_ours)
                }
                Self::Foreign(hash) => (hash.matches(spelling), hash.sees_all_of(spelling)),
            };
            if is_right {
                return Some(Verdict::Right { is_outdated });
            }
        }
        Some(Verdict::Wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BCRYPT: &str = "$2b$04$.WZCjTpZFf0515DjPMOnqOYdTb7wqyAveUGnSNpx6BXNLolLzHnX.";

    fn params() -> Params {
        Params::new(64, 1, 1, None).expect("fits")
    }

    fn check(text: &str, password: &str) -> Verdict {
        let hash = StoredHash::parse(text).unwrap_or_else(|why| panic!("{text}: {why}"));
        let password = Password::attempt(password).expect("short enough");
        hash.check(&password, &params(), &mut Vec::new()).expect("memory")
    }

    #[test]
    fn a_hash_of_a_password_that_nfc_changes_is_matched_as_typed_and_is_outdated() {
        // Of the decomposed spelling, created by Python's `argon2-cffi`, `bcrypt` and `hashlib`.
        let (decomposed, composed) = ("Gru\u{308}ße aus Ko\u{308}ln, 世界", "Grüße aus Köln, 世界");
        for hash in [
            "$argon2id$v=19$m=64,t=1,p=2$c2FsdFNBTFRzYWx0U0FMVA$lbIy4eUyw9uf7cJNDaj3vwJ/NTVmOj4yMg6hANVgLkY",
            "$argon2i$v=19$m=64,t=1,p=2$c2FsdFNBTFRzYWx0U0FMVA$ig1YiB0gFwkUD92Rx+9L73ACm67myGeDSfQFawqZpqw",
            "$2b$04$abcdefghijklmnopqrstuuB6Z4R2UdkyF5h7CsLQG7t0tin.IZ5nS",
            "$scrypt$ln=8,r=8,p=1$c2FsdFNBTFRzYWx0U0FMVA$WnDb3lVfYJ5Rl0HnOOBAobEfwbb6SLAXq0hLTsrza3A",
            "$pbkdf2-sha256$i=1000$c2FsdFNBTFRzYWx0U0FMVA$vKWfLxCh3V8L0UvHWC557eJp7QkqOijyVZNiWD3CfpM",
            "pbkdf2_sha256$1000$abcdef$s8xB7lKDjV4T+xGsjSXteFcKiTKRBIjKt+r6SqcGXXA=",
        ] {
            assert_eq!(check(hash, decomposed), Verdict::Right { is_outdated: true }, "{hash}");
            assert_eq!(check(hash, composed), Verdict::Wrong, "it was not typed like this: {hash}");
            assert_eq!(check(hash, "Gru\u{308}ße"), Verdict::Wrong, "{hash}");
        }
        // Of the composed spelling, created by Python's `bcrypt`.
        let hash = "$2b$04$b2MDfqz3Px2AonVeJtFUBee5OcppRMb4wT9JMvcXC6ZVgE6zOG2..";
        for spelling in ["Grüße, 世界", "Gru\u{308}ße, 世界"] {
            assert_eq!(check(hash, spelling), Verdict::Right { is_outdated: true });
        }
    }

    #[test]
    fn a_hash_that_did_not_cover_the_whole_password_is_kept() {
        // Created by Python's `bcrypt`, of 83 bytes and of 72 times a; by libxcrypt, of `abc`.
        let long = "$2b$04$abcdefghijklmnopqrstuuF.CTsZXZxDKTOpMu0brRDDLr07GQf36";
        let password = "correct horse battery staple, correct horse battery staple, correct horse battery s";
        for tail in ["", "t", " horse battery s"] {
            let typed = format!("{}{tail}", &password[..72]);
            assert_eq!(check(long, &typed), Verdict::Right { is_outdated: tail.is_empty() }, "{typed}");
        }
        let all = "$2b$04$abcdefghijklmnopqrstuuBzzIgyKkz7xMWYSzkIjUSnxEQFQ0WNe";
        assert_eq!(check(all, &"a".repeat(72)), Verdict::Right { is_outdated: true });
        assert_eq!(check(all, &"a".repeat(73)), Verdict::Right { is_outdated: false });
        let abc = "$2b$04$abcdefghijklmnopqrstuuCi15uRb1eH7NAlJ/TgeJertyknQpYn2";
        assert_eq!(check(abc, "abc"), Verdict::Right { is_outdated: true });
        assert_eq!(check(abc, "abc\0def"), Verdict::Right { is_outdated: false });
        // HMAC, and so PBKDF2 and scrypt, pads a key with NULs.
        let pbkdf2 =
            "$pbkdf2-sha256$i=1000,l=32$c2FsdFNBTFRzYWx0U0FMVP/++w$CMkOxITF3p7Um/9vb4wPI3ITe0wheuKjbUf7GTZeg9o";
        assert_eq!(check(pbkdf2, "correct horse battery staple"), Verdict::Right { is_outdated: true });
        assert_eq!(check(pbkdf2, "correct horse battery staple\0"), Verdict::Right { is_outdated: false });
    }

    #[test]
    fn a_hash_is_imported_if_it_can_be_checked_and_never_prints_itself() {
        let argon2 = "$argon2id$v=19$m=65536,t=3,p=4$c2FsdFNBTFRzYWx0U0FMVA$o63P6A88MXxeWrh5uMxn7w";
        for good in [argon2, BCRYPT] {
            assert_eq!(ImportedHash::parse(good).map(ImportedHash::into_text), Ok(good.to_owned()));
            assert_eq!(format!("{:?}", ImportedHash::parse(good)), "Ok(***)");
        }
        for (bad, why) in [
            (argon2.replace("m=65536", "m=4194304"), BadHash::TooCostly),
            (argon2.replace("p=4", "p=0"), BadHash::Damaged),
            (format!("{BCRYPT} "), BadHash::Damaged),
            (
                format!("$7$96..../....{}$fWFfCQh0Y7ciFXma4ODF9MizhuRQ.4yY9xQZUkTZTX4", "a".repeat(512)),
                BadHash::Damaged,
            ),
            ("5f4dcc3b5aa765d61d8327deb882cf99".to_owned(), BadHash::Unknown),
        ] {
            assert_eq!(ImportedHash::parse(&bad).err(), Some(why), "{bad}");
        }
    }

    #[test]
    fn slow_hashes_are_costly_and_our_current_ones_are_not() {
        let is_costly = |text: &str, params: &Params| StoredHash::parse(text).map(|hash| hash.is_costly(params));
        let argon2 = "$argon2id$v=19$m=65536,t=3,p=4$c2FsdFNBTFRzYWx0U0FMVA$o63P6A88MXxeWrh5uMxn7w";
        let scrypt = format!("$scrypt$ln=17,r=8,p=1$c2FsdFNBTFRzYWx0U0FMVA${}", "A".repeat(43));
        for (text, expected) in [
            (BCRYPT.replace("$04$", "$10$"), false),
            (BCRYPT.replace("$04$", "$12$"), true),
            (BCRYPT.replace("$04$", "$15$"), true),
            (argon2.to_owned(), true),
            (argon2.replace("m=65536,t=3", "m=19456,t=2"), false),
            (scrypt.replace("ln=17", "ln=14"), false),
            (scrypt, true),
            (format!("$pbkdf2-sha256$i=29000$c2FsdFNBTFRzYWx0U0FMVA${}", "A".repeat(43)), false),
            (format!("$pbkdf2-sha256$i=5000000$c2FsdFNBTFRzYWx0U0FMVA${}", "A".repeat(43)), true),
        ] {
            assert_eq!(is_costly(&text, &params()), Ok(expected), "{text}");
        }
        let raised = Params::new(65536, 3, 4, None).expect("fits");
        assert_eq!(is_costly(argon2, &raised), Ok(false));
    }
}
