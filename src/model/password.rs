//! Passwords between the form and the hash.

use super::{Weakness, weakness};
use std::fmt;
use unicode_normalization::UnicodeNormalization;

/// Why a password can't be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAPassword {
    /// Fewer code points than this installation requires.
    #[error("Use at least {0} characters.")]
    TooShort(usize),
    /// More than 1,024 bytes; rejected before any hashing.
    #[error("Use at most 1,024 bytes.")]
    TooLong,
    /// Consists only of the most common passwords and padding.
    #[error("This password is too common. Choose a different one.")]
    TooCommon,
    /// Consists only of the owner's names or addresses, or the product name.
    #[error("This password is too easy to guess. Leave out names and email addresses.")]
    TooPersonal,
}

/// A password in NFC (NIST SP 800-63B-4 §3.1.1.2). Only the hasher can read its text.
#[derive(Clone)]
pub struct Password {
    normalized: String,
    /// The text as typed, if NFC changes it.
    typed: Option<String>,
}

impl Password {
    const MAX_BYTES: usize = 1024;

    /// Parses a new password: at least `min_length` code points after NFC, and not too easy to guess. `context`
    /// holds the owner's names and addresses, as typed.
    pub fn choose(text: &str, min_length: usize, context: &[&str]) -> Result<Self, NotAPassword> {
        let password = Self::attempt(text)?;
        if password.normalized.chars().count() < min_length {
            return Err(NotAPassword::TooShort(min_length));
        }
        match weakness(&password.normalized, context) {
            Some(Weakness::Common) => Err(NotAPassword::TooCommon),
            Some(Weakness::Personal) => Err(NotAPassword::TooPersonal),
            None => Ok(password),
        }
    }

    /// Parses a password for sign-in. Accepts any password that older rules allowed.
    pub fn attempt(text: &str) -> Result<Self, NotAPassword> {
        if text.len() > Self::MAX_BYTES {
            return Err(NotAPassword::TooLong);
        }
        let normalized: String = text.nfc().collect();
        if normalized.len() > Self::MAX_BYTES {
            return Err(NotAPassword::TooLong);
        }
        let typed = (normalized != text).then(|| text.to_owned());
        Ok(Self { normalized, typed })
    }

    /// Returns the bytes to hash.
    pub fn expose_bytes(&self) -> &[u8] {
        self.normalized.as_bytes()
    }

    /// Returns the spellings that may have been hashed, here or by another system: as typed, if different, and NFC.
    pub fn spellings(&self) -> impl Iterator<Item = &[u8]> {
        self.typed.iter().chain([&self.normalized]).map(String::as_bytes)
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_counted_in_code_points_after_nfc() {
        assert!(Password::choose(&"é".repeat(8), 8, &[]).is_ok());
        assert!(Password::choose(&"e\u{301}".repeat(7), 8, &[]).is_err());
        assert!(Password::choose("1234567", 8, &[]).is_err());
    }

    #[test]
    fn composed_and_decomposed_spellings_are_one_password() {
        let typed = Password::attempt("cafe\u{301}").map(|password| password.expose_bytes().to_vec());
        assert_eq!(typed.ok(), Some("café".as_bytes().to_vec()));
    }

    #[test]
    fn nothing_is_trimmed_folded_or_forbidden() {
        let odd = " \u{202E}\u{7}Pass word🔑 ";
        let kept = Password::choose(odd, 8, &[]).map(|password| password.expose_bytes().to_vec());
        assert_eq!(kept.ok(), Some(odd.as_bytes().to_vec()));
    }

    #[test]
    fn a_commonly_guessed_password_cannot_be_chosen_but_still_signs_in() {
        let refusal = |text| Password::choose(text, 8, &["ada"]).err();
        assert_eq!(refusal("password12345678"), Some(NotAPassword::TooCommon));
        assert_eq!(refusal("ada12345678901"), Some(NotAPassword::TooPersonal));
        assert_eq!(refusal("ada1234"), Some(NotAPassword::TooShort(8)));
        assert!(Password::attempt("password12345678").is_ok());
    }

    #[test]
    fn a_password_beyond_1024_bytes_is_refused_unhashed() {
        assert!(Password::attempt(&"a".repeat(1024)).is_ok());
        assert!(Password::attempt(&"a".repeat(1025)).is_err());
    }

    #[test]
    fn a_password_does_not_print_itself() {
        assert_eq!(format!("{:?}", Password::attempt("hunter22")), "Ok(***)");
    }
}
