//! Checks imported hashes of other families. None are created here.

use super::BadHash;
use bcrypt::HashParts;
use mcf::Base64;
use pbkdf2::pbkdf2_hmac;
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use std::ops::Range;
use subtle::ConstantTimeEq;

/// The most memory that a hash may take: what OWASP recommends for scrypt.
const MAX_BYTES: u64 = 128 << 20;
/// About two seconds of work.
const MAX_BCRYPT_COST: u32 = 15;
/// How many bytes of a password bcrypt uses.
const BCRYPT_BYTES: usize = 72;
/// A few seconds of work.
const MAX_PBKDF2_ROUNDS: u32 = 5_000_000;
/// Random passwords would match a shorter output; a longer one costs more than its parameters say.
const MIN_OUTPUT_BYTES: usize = 16;
const MAX_OUTPUT_BYTES: usize = 64;
/// The digits of `$7$`, in order.
const CRYPT_DIGITS: &str = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// PBKDF2 with one of the digests. Arguments: password, salt, rounds, output.
type Pbkdf2 = fn(&[u8], &[u8], u32, &mut [u8]);

/// A hash parsed from its text. Its cost is bounded.
pub(super) enum ForeignHash {
    Bcrypt { text: String, cost: u32 },
    Scrypt { params: scrypt::Params, salt: Vec<u8>, output: Vec<u8> },
    Pbkdf2 { pbkdf2: Pbkdf2, rounds: u32, salt: Vec<u8>, output: Vec<u8> },
}

impl ForeignHash {
    /// Parses PHC strings, the modular crypt strings of crypt(3) and passlib, and Django's format.
    pub(super) fn parse(text: &str) -> Result<Self, BadHash> {
        let fields: Vec<&str> = text.split('$').collect();
        match fields[..] {
            ["", "2a" | "2b" | "2y", ..] => bcrypt(text),
            ["", "scrypt", params, salt, output] => {
                let number = |name| parameter(params, name).ok_or(BadHash::Damaged);
                let salt = decode(Base64::B64, salt)?;
                scrypt(number("ln")?, number("r")?, number("p")?, salt, decode(Base64::B64, output)?)
            }
            ["", "7", setting, output] => scrypt_of_crypt(setting, output),
            ["", name, rounds, salt, output] => {
                let pbkdf2 = pbkdf2(name).ok_or(BadHash::Unknown)?;
                let (alphabet, rounds) = match parameter(rounds, "i") {
                    Some(rounds) => (Base64::B64, Some(rounds)),
                    None => (Base64::Pbkdf2, rounds.parse().ok()),
                };
                iterated(pbkdf2, rounds, decode(alphabet, salt)?, decode(alphabet, output)?)
            }
            // Django's format: the salt is the text itself, and the output is padded.
            [name, rounds, salt, output] => {
                let pbkdf2 = name.strip_prefix("pbkdf2_").and_then(|digest| pbkdf2(&format!("pbkdf2-{digest}")));
                let pbkdf2 = pbkdf2.ok_or(BadHash::Unknown)?;
                let output = decode(Base64::B64, output.trim_end_matches('='))?;
                iterated(pbkdf2, rounds.parse().ok(), salt.into(), output)
            }
            _ => Err(BadHash::Unknown),
        }
    }

    /// Returns whether the password has this hash.
    pub(super) fn matches(&self, password: &[u8]) -> bool {
        match self {
            // bcrypt in C stops at a NUL. The library cuts at 72 bytes, as other software does.
            Self::Bcrypt { text, .. } => {
                let password = password.split(|byte| *byte == 0).next().unwrap_or_default();
                bcrypt::verify(password, text).unwrap_or(false)
            }
            Self::Scrypt { params, salt, output } => {
                let mut made = vec![0; output.len()];
                scrypt::scrypt(password, salt, params, &mut made).is_ok() && made.ct_eq(output).into()
            }
            Self::Pbkdf2 { pbkdf2, rounds, salt, output } => {
                let mut made = vec![0; output.len()];
                pbkdf2(password, salt, *rounds, &mut made);
                made.ct_eq(output).into()
            }
        }
    }

    /// Returns whether the hash depends on every byte of the password. bcrypt uses 72 bytes and stops at a
    /// NUL; HMAC ignores NULs at the end. Ignored bytes may be wrong, so they must not become the password.
    pub(super) fn sees_all_of(&self, password: &[u8]) -> bool {
        let is_cut = matches!(self, Self::Bcrypt { .. }) && password.len() > BCRYPT_BYTES;
        !is_cut && !password.contains(&0)
    }

    /// Estimates the work in microseconds.
    pub(super) fn work(&self) -> u64 {
        match self {
            Self::Bcrypt { cost, .. } => 50 << cost,
            Self::Scrypt { params, .. } => params.n() * u64::from(params.r()) * u64::from(params.p()) * 3 / 8,
            Self::Pbkdf2 { rounds, output, .. } => u64::from(*rounds) / 2 * output.len().div_ceil(32) as u64,
        }
    }
}

fn bcrypt(text: &str) -> Result<ForeignHash, BadHash> {
    let parts: HashParts = text.parse().map_err(|_| BadHash::Damaged)?;
    match parts.get_cost() {
        cost @ 4..=MAX_BCRYPT_COST => Ok(ForeignHash::Bcrypt { text: text.to_owned(), cost }),
        0..4 => Err(BadHash::Damaged),
        _ => Err(BadHash::TooCostly),
    }
}

/// Checks the bound first, because the library's own arithmetic overflows.
fn scrypt(log_n: u32, r: u32, p: u32, salt: Vec<u8>, output: Vec<u8>) -> Result<ForeignHash, BadHash> {
    let bytes = (128_u64 << log_n.min(32)).saturating_mul(r.into()).saturating_mul(p.into());
    if bytes > MAX_BYTES {
        return Err(BadHash::TooCostly);
    }
    let log_n = u8::try_from(log_n).ok().filter(|log_n| *log_n > 0).ok_or(BadHash::Damaged)?;
    let params = scrypt::Params::new(log_n, r, p).map_err(|_| BadHash::Damaged)?;
    Ok(ForeignHash::Scrypt { params, salt, output: bounded(output)? })
}

/// Parses `$7$`: one digit for log₂ N, five each for r and p, least significant first. The salt is the text
/// itself.
fn scrypt_of_crypt(setting: &str, output: &str) -> Result<ForeignHash, BadHash> {
    let (numbers, salt) = setting.split_at_checked(11).ok_or(BadHash::Damaged)?;
    let number = |digits: Range<usize>| {
        let digits = numbers.get(digits).ok_or(BadHash::Damaged)?.chars();
        digits.rev().try_fold(0, |number, digit| {
            let digit = CRYPT_DIGITS.find(digit).and_then(|digit| u32::try_from(digit).ok());
            Ok((number << 6) | digit.ok_or(BadHash::Damaged)?)
        })
    };
    scrypt(number(0..1)?, number(1..6)?, number(6..11)?, salt.into(), decode(Base64::Crypt, output)?)
}

fn iterated(pbkdf2: Pbkdf2, rounds: Option<u32>, salt: Vec<u8>, output: Vec<u8>) -> Result<ForeignHash, BadHash> {
    match rounds {
        Some(rounds @ 1..=MAX_PBKDF2_ROUNDS) => {
            Ok(ForeignHash::Pbkdf2 { pbkdf2, rounds, salt, output: bounded(output)? })
        }
        None | Some(0) => Err(BadHash::Damaged),
        Some(_) => Err(BadHash::TooCostly),
    }
}

fn pbkdf2(name: &str) -> Option<Pbkdf2> {
    match name {
        "pbkdf2" | "pbkdf2-sha1" => Some(pbkdf2_hmac::<Sha1>),
        "pbkdf2-sha256" => Some(pbkdf2_hmac::<Sha256>),
        "pbkdf2-sha512" => Some(pbkdf2_hmac::<Sha512>),
        _ => None,
    }
}

/// Returns one value of `name=number,name=number`.
fn parameter(text: &str, name: &str) -> Option<u32> {
    let number = |pair: &str| pair.split_once('=').filter(|(left, _)| *left == name)?.1.parse().ok();
    text.split(',').find_map(number)
}

fn decode(alphabet: Base64, text: &str) -> Result<Vec<u8>, BadHash> {
    alphabet.decode_vec(text).map_err(|_| BadHash::Damaged)
}

fn bounded(output: Vec<u8>) -> Result<Vec<u8>, BadHash> {
    let fits = (MIN_OUTPUT_BYTES..=MAX_OUTPUT_BYTES).contains(&output.len());
    if fits { Ok(output) } else { Err(BadHash::Damaged) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWORD: &str = "correct horse battery staple";

    /// All of `PASSWORD`, created by Python's `bcrypt` 5.0, libxcrypt 4.4, `passlib` 1.7 and Python's
    /// `hashlib`.
    const OF_OTHERS: [&str; 14] = [
        "$2b$04$.WZCjTpZFf0515DjPMOnqOYdTb7wqyAveUGnSNpx6BXNLolLzHnX.",
        "$2a$04$yweCiY.5RbfeoZuX5NcmiuJhIt4cWoDW1QcfTWzvFUjR75Txwit3a",
        "$2y$04$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CG",
        "$7$8/..../....SodiumChloride$neLj1OHHEud2yTb1umbyJbktEvzUToMC9DH1dFIq4O6",
        "$7$96..../....aSalt$fWFfCQh0Y7ciFXma4ODF9MizhuRQ.4yY9xQZUkTZTX4",
        "$scrypt$ln=8,r=8,p=1$ijFGyBmjFMI4JwRA6J2TMg$RjBJY7G4QAR7O+JTKhOxCwsYcb0wl0QZo/RgrXiF/rE",
        "$scrypt$ln=8,r=4,p=3$MDEyMzQ1Njc4OWFiY2RlZg$NmgdiYMIQSZc6GuBbo2mQeWLujdtapbrOh8CdebpvgJTKOgCuk/dP6fJmeqW1GWSTVrJ3v94jucHTzwQ6N1RIA",
        "$pbkdf2-sha256$1000$cO49JwSg1LoXQiil1No7hw$7Bq.aZPthQIeGNhCq55eYj2ZakqtoXr9AUhQnzCJfc0",
        "$pbkdf2-sha512$1000$TCklpNRaa22NMeb83zsH4A$/QbcWK9AiIrn2mBl61Aeqh13/PwiC1KThUotytX8fr6s7Dc91.VeOxovlgSAD7GDA5aU.BH3nLiR/2V4XUg0Nw",
        "$pbkdf2$1000$WktJ6T1nrPV.bw3hHIPw/g$x3T8md4s7PzzMlwOqwzN5bMTfH0",
        "$pbkdf2-sha256$i=1000,l=32$c2FsdFNBTFRzYWx0U0FMVP/++w$CMkOxITF3p7Um/9vb4wPI3ITe0wheuKjbUf7GTZeg9o",
        "$pbkdf2-sha512$i=1000$c2FsdFNBTFRzYWx0U0FMVP/++w$a3n48OQaX0RW9RG845TJYXJszI5IYxhwDc10LpcLfxZqILzjV+aXi0HTvJxeqJj+dxAc+c1hKkVQuyncGTbd0g",
        "pbkdf2_sha256$1000$2L1Fj1L1WUId$NfpCf8xKiW0buXaqffVqYGLu1XQ+GWHEi3EDKn0Jbo4=",
        "pbkdf2_sha1$1000$hSkjywYCNzoE$QOA5zMT6vl4aRMlo8igPuqCeAeY=",
    ];

    fn matches(text: &str, password: &str) -> bool {
        ForeignHash::parse(text).unwrap_or_else(|error| panic!("{text}: {error}")).matches(password.as_bytes())
    }

    fn refusal(text: &str) -> Option<BadHash> {
        ForeignHash::parse(text).err()
    }

    #[test]
    fn hashes_of_other_software_are_checked_exactly() {
        for text in OF_OTHERS {
            assert!(matches(text, PASSWORD), "{text}");
            for wrong in ["correct horse battery stapl", "Correct horse battery staple", ""] {
                assert!(!matches(text, wrong), "{text} {wrong}");
            }
        }
    }

    #[test]
    fn bcrypt_uses_72_bytes_and_ends_at_a_nul() {
        // By libxcrypt: of 71 times a and `bcd`; of `abc`, which has the same hash as `abc\0def`; of nothing.
        let long = "$2b$04$abcdefghijklmnopqrstuuOamT/wNYAA2T3dwK/uVZX5KdYiWAze2";
        let of = |tail: &str| "a".repeat(71) + tail;
        assert!(matches(long, &of("bcd")) && matches(long, &of("b")) && matches(long, &of("bxyz")));
        assert!(!matches(long, &of("")) && !matches(long, &of("cbd")));
        let abc = "$2b$04$abcdefghijklmnopqrstuuCi15uRb1eH7NAlJ/TgeJertyknQpYn2";
        assert!(matches(abc, "abc") && matches(abc, "abc\0def") && !matches(abc, "abcdef"));
        let nothing = "$2b$04$abcdefghijklmnopqrstuubyCG3zY1GIXMyxfivm.ClDiInHzxjiq";
        assert!(matches(nothing, "") && matches(nothing, "\0abc") && !matches(nothing, "abc"));
    }

    #[test]
    fn a_hash_that_would_cost_too_much_is_refused_unhashed() {
        let scrypt = |params: &str| format!("$scrypt${params}$MDEyMzQ1Njc4OWFiY2RlZg${}", "A".repeat(43));
        let pbkdf2 = |rounds: &str| OF_OTHERS[7].replace("1000", rounds);
        for text in [
            OF_OTHERS[0].replace("$04$", "$16$"),
            OF_OTHERS[0].replace("$04$", "$31$"),
            scrypt("ln=17,r=8,p=2"),
            scrypt("ln=18,r=8,p=1"),
            scrypt("ln=4294967295,r=4294967295,p=4294967295"),
            scrypt("ln=1,r=65536,p=65536"),
            OF_OTHERS[3].replace("$7$8", "$7$z"),
            OF_OTHERS[3].replace("/....S", "zzzzzS"),
            pbkdf2("5000001"),
            pbkdf2("4294967295"),
            OF_OTHERS[10].replace("i=1000", "i=5000001"),
            OF_OTHERS[12].replace("1000", "5000001"),
        ] {
            assert_eq!(refusal(&text), Some(BadHash::TooCostly), "{text}");
        }
        for text in [OF_OTHERS[0].replace("$04$", "$15$"), scrypt("ln=17,r=8,p=1"), pbkdf2("5000000")] {
            assert_eq!(refusal(&text), None, "{text}");
        }
    }

    #[test]
    fn damaged_and_unknown_hashes_are_distinguished() {
        for text in [
            OF_OTHERS[0].replace("$04$", "$03$"),
            OF_OTHERS[0].replace("$04$", "$xx$"),
            OF_OTHERS[0][..59].to_owned(),
            OF_OTHERS[0].replace("PMO", "PöO"),
            "$2b$".to_owned(),
            "$scrypt$ln=8,r=8$MDEyMzQ1Njc4OWFiY2RlZg$NmgdiYMIQSZc6GuBbo2mQQ".to_owned(),
            OF_OTHERS[5].replace("ln=8", "ln=0"),
            OF_OTHERS[5].replace("r=8", "r=0"),
            OF_OTHERS[3].replace("....SodiumChloride", ""),
            OF_OTHERS[7].replace("1000", "0"),
            OF_OTHERS[7].replace("1000", "-1"),
            OF_OTHERS[7].replace("1000", "99999999999"),
            "$pbkdf2-sha256$1000$cO49JwSg1LoXQiil1No7hw$7Bq.".to_owned(),
            "$pbkdf2-sha256$1000$cO49JwSg1LoXQiil1No7hw$".to_owned(),
            format!("$pbkdf2-sha256$1000$cO49JwSg1LoXQiil1No7hw${}", "A".repeat(88)),
        ] {
            assert_eq!(refusal(&text), Some(BadHash::Damaged), "{text}");
        }
        for text in ["", "$", "secret", "$2x$04$abc", "$1$salt$sum", "$6$salt$sum", "$pbkdf2-md5$1000$a$b", "md5$1$a$b"]
        {
            assert_eq!(refusal(text), Some(BadHash::Unknown), "{text}");
        }
    }
}
