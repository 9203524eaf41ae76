//! Argon2: how new hashes are made, and how older ones of its family are checked.

use super::MAX_BYTES;
use crate::model::Password;
use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::phc::{Output, ParamsString, PasswordHash, Salt},
};
use subtle::ConstantTimeEq;

pub(super) const OUTPUT_BYTES: usize = 32;
/// Passes over that much memory in one hash: `MAX_BYTES`, eight times.
const MAX_BYTES_FILLED: u64 = 8 * MAX_BYTES;

/// A hash, read out of its PHC string.
pub(super) struct Argon2Hash {
    algorithm: Algorithm,
    version: Version,
    params: Params,
    salt: Salt,
    output: Output,
}

impl Argon2Hash {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let hash = PasswordHash::new(text).ok()?;
        Some(Self {
            algorithm: Algorithm::try_from(hash.algorithm.as_str()).ok()?,
            // Strings of before there were versions have none.
            version: hash.version.map_or(Ok(Version::V0x10), Version::try_from).ok()?,
            params: Params::try_from(&hash).ok()?,
            salt: hash.salt?,
            output: hash.hash?,
        })
    }

    /// Whether this is the hash of that password.
    pub(super) fn matches(&self, password: &Password, memory: &mut Vec<Block>) -> Option<bool> {
        let mut output = [0; Output::MAX_LENGTH];
        let output = output.get_mut(..self.output.len())?;
        let argon2 = Argon2::new(self.algorithm, self.version, self.params.clone());
        fill(&argon2, password, self.salt.as_ref(), output, memory)?;
        Some(output.ct_eq(self.output.as_bytes()).into())
    }

    /// Whether it was made otherwise than hashes are made now, with less work.
    pub(super) fn is_weaker_than(&self, params: &Params) -> bool {
        self.algorithm != Algorithm::Argon2id
            || self.version != Version::V0x13
            || self.output.len() < OUTPUT_BYTES
            || self.params.m_cost() < params.m_cost()
            || self.params.t_cost() < params.t_cost()
            || self.params.p_cost() < params.p_cost()
    }

    pub(super) fn is_too_costly(&self) -> bool {
        let bytes = u64::from(self.params.m_cost()) << 10;
        bytes > MAX_BYTES || bytes.saturating_mul(self.params.t_cost().into()) > MAX_BYTES_FILLED
    }
}

/// The PHC string of a password.
pub(super) fn make(password: &Password, salt: &[u8], params: &Params, memory: &mut Vec<Block>) -> Option<String> {
    let mut output = [0; OUTPUT_BYTES];
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
    fill(&argon2, password, salt, &mut output, memory)?;
    phc(params, salt, &output)
}

/// The PHC string that these parts make.
pub(super) fn phc(params: &Params, salt: &[u8], output: &[u8]) -> Option<String> {
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(params).ok()?,
        salt: Some(Salt::new(salt).ok()?),
        hash: Some(Output::new(output).ok()?),
    };
    Some(hash.to_string())
}

fn fill(
    argon2: &Argon2<'_>,
    password: &Password,
    salt: &[u8],
    output: &mut [u8],
    memory: &mut Vec<Block>,
) -> Option<()> {
    memory.resize(memory.len().max(argon2.params().block_count()), Block::new());
    argon2.hash_password_into_with_memory(password.expose_bytes(), salt, output, memory.as_mut_slice()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By `argon2-cffi` 25.1: every variant, version and some lengths.
    const OF_OTHERS: [&str; 6] = [
        "$argon2id$v=19$m=64,t=1,p=2$c2FsdFNBTFRzYWx0U0FMVA$93CPUlE7/bkcEMEnNdYUbe/n2qvDVSYheYCm4jyXA0g",
        "$argon2id$v=19$m=64,t=1,p=2$c2FsdFNBTFRzYWx0U0FMVA$o63P6A88MXxeWrh5uMxn7w",
        "$argon2id$v=16$m=64,t=1,p=2$c2FsdFNBTFRzYWx0U0FMVA$14VWmaxDmirRsZ8iTvsHp4LyMv8wm1e1MbDS46C/oXA",
        "$argon2i$v=19$m=64,t=1,p=2$c2FsdFNBTFRzYWx0U0FMVA$BoU/V29nGBf89nUFhjhOvpxLYSuFVBN7xwKaHpj1flA",
        "$argon2i$m=64,t=1,p=2$c2FsdFNBTFRzYWx0U0FMVA$Zc+8ApWo8dHLsPkZeQYWG2+YZ9r62aNNHUE1mieRPwQ",
        "$argon2d$v=19$m=64,t=1,p=2$c2FsdFNBTFRzYWx0U0FMVA$troxAGRN9xYtanRQ46+L0XtTx9uV1Uu8+Sb6nRFSR63UHtodsS7JC4RomMAWJf77OmgoFfKCcGIYzB6Ei8xbaA",
    ];

    fn matches(text: &str, password: &str) -> Option<bool> {
        Argon2Hash::parse(text)?.matches(&Password::attempt(password).ok()?, &mut Vec::new())
    }

    #[test]
    fn every_argon2_of_other_software_is_checked_and_only_argon2id_of_today_is_kept() {
        let params = Params::new(64, 1, 2, None).expect("fits");
        for (number, text) in OF_OTHERS.into_iter().enumerate() {
            assert_eq!(matches(text, "correct horse battery staple"), Some(true), "{text}");
            assert_eq!(matches(text, "correct horse battery stapl"), Some(false), "{text}");
            let is_weaker = Argon2Hash::parse(text).map(|hash| hash.is_weaker_than(&params));
            assert_eq!(is_weaker, Some(number > 0), "{text}");
        }
    }

    #[test]
    fn too_much_memory_and_too_many_passes_are_too_costly() {
        let is_too_costly = |cost: &str| {
            let text = OF_OTHERS[0].replace("m=64,t=1", cost);
            Argon2Hash::parse(&text).map(|hash| hash.is_too_costly())
        };
        for (cost, expected) in
            [("m=131072,t=8", false), ("m=131073,t=1", true), ("m=131072,t=9", true), ("m=64,t=4294967295", true)]
        {
            assert_eq!(is_too_costly(cost), Some(expected), "{cost}");
        }
    }
}
