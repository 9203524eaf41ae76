//! Creates Argon2id hashes, and checks hashes of the whole Argon2 family.

use crate::{model::Password, server::settings};
use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::phc::{Output, ParamsString, PasswordHash, Salt},
};
use subtle::ConstantTimeEq;

pub(super) const OUTPUT_BYTES: usize = 32;

/// The most that checking a hash may cost.
pub(super) struct Bound {
    memory_kib: u64,
    /// Memory in KiB, times the passes over it.
    filled_kib: u64,
}

impl Bound {
    /// For imported hashes.
    pub(super) const OF_IMPORTS: Self = Self { memory_kib: 128 << 10, filled_kib: 1 << 20 };
    /// For stored hashes, which any allowed settings may have created.
    pub(super) const OF_SETTINGS: Self = Self {
        memory_kib: settings::Passwords::MAX_MEMORY_KIB as u64,
        filled_kib: settings::Passwords::MAX_FILLED_KIB,
    };
}

/// A hash parsed from its PHC string.
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
            // Strings from before Argon2 had versions carry none.
            version: hash.version.map_or(Ok(Version::V0x10), Version::try_from).ok()?,
            params: Params::try_from(&hash).ok()?,
            salt: hash.salt?,
            output: hash.hash?,
        })
    }

    /// Returns whether the password has this hash; `None` if memory runs out.
    pub(super) fn matches(&self, password: &[u8], memory: &mut Vec<Block>) -> Option<bool> {
        let mut output = [0; Output::MAX_LENGTH];
        let output = output.get_mut(..self.output.len())?;
        let argon2 = Argon2::new(self.algorithm, self.version, self.params.clone());
        fill(&argon2, password, self.salt.as_ref(), output, memory)?;
        Some(output.ct_eq(self.output.as_bytes()).into())
    }

    /// Returns whether the hash is weaker than a current one in variant, version, length or work.
    pub(super) fn is_weaker_than(&self, params: &Params) -> bool {
        self.algorithm != Algorithm::Argon2id
            || self.version != Version::V0x13
            || self.output.len() < OUTPUT_BYTES
            || self.params.m_cost() < params.m_cost()
            || self.params.t_cost() < params.t_cost()
            || self.params.p_cost() < params.p_cost()
    }

    pub(super) fn is_within(&self, bound: &Bound) -> bool {
        u64::from(self.params.m_cost()) <= bound.memory_kib && self.work() <= bound.filled_kib
    }

    /// Returns the KiB filled, each of which takes about a microsecond.
    pub(super) fn work(&self) -> u64 {
        u64::from(self.params.m_cost()) * u64::from(self.params.t_cost())
    }
}

/// Hashes a password. Returns its PHC string.
pub(super) fn make(password: &Password, salt: &[u8], params: &Params, memory: &mut Vec<Block>) -> Option<String> {
    let mut output = [0; OUTPUT_BYTES];
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
    fill(&argon2, password.expose_bytes(), salt, &mut output, memory)?;
    phc(params, salt, &output)
}

/// Builds a PHC string from its parts.
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

/// Fills `output`. Returns `None` also if memory runs out, which must not end the process.
fn fill(argon2: &Argon2<'_>, password: &[u8], salt: &[u8], output: &mut [u8], memory: &mut Vec<Block>) -> Option<()> {
    let missing = argon2.params().block_count().saturating_sub(memory.len());
    memory.try_reserve_exact(missing).ok()?;
    memory.resize(memory.len() + missing, Block::new());
    argon2.hash_password_into_with_memory(password, salt, output, memory.as_mut_slice()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Created by `argon2-cffi` 25.1: every variant and version, and some lengths.
    const OF_OTHERS: [&str; 6] = [
        "$argon2id$v=19$m=64,t=1,p=2$c2FsdFNBTFRzYWx0U0FMVA$93CPUlE7/bkcEMEnNdYUbe/n2qvDVSYheYCm4jyXA0g",
        "$argon2id$v=19$m=64,t=1,p=2$c2FsdFNBTFRzYWx0U0FMVA$o63P6A88MXxeWrh5uMxn7w",
        "$argon2id$v=16$m=64,t=1,p=2$c2FsdFNBTFRzYWx0U0FMVA$14VWmaxDmirRsZ8iTvsHp4LyMv8wm1e1MbDS46C/oXA",
        "$argon2i$v=19$m=64,t=1,p=2$c2FsdFNBTFRzYWx0U0FMVA$BoU/V29nGBf89nUFhjhOvpxLYSuFVBN7xwKaHpj1flA",
        "$argon2i$m=64,t=1,p=2$c2FsdFNBTFRzYWx0U0FMVA$Zc+8ApWo8dHLsPkZeQYWG2+YZ9r62aNNHUE1mieRPwQ",
        "$argon2d$v=19$m=64,t=1,p=2$c2FsdFNBTFRzYWx0U0FMVA$troxAGRN9xYtanRQ46+L0XtTx9uV1Uu8+Sb6nRFSR63UHtodsS7JC4RomMAWJf77OmgoFfKCcGIYzB6Ei8xbaA",
    ];

    fn matches(text: &str, password: &str) -> Option<bool> {
        Argon2Hash::parse(text)?.matches(password.as_bytes(), &mut Vec::new())
    }

    #[test]
    fn every_argon2_variant_is_checked_and_only_current_argon2id_is_kept() {
        let params = Params::new(64, 1, 2, None).expect("fits");
        for (number, text) in OF_OTHERS.into_iter().enumerate() {
            assert_eq!(matches(text, "correct horse battery staple"), Some(true), "{text}");
            assert_eq!(matches(text, "correct horse battery stapl"), Some(false), "{text}");
            let is_weaker = Argon2Hash::parse(text).map(|hash| hash.is_weaker_than(&params));
            assert_eq!(is_weaker, Some(number > 0), "{text}");
        }
    }

    #[test]
    fn memory_and_passes_have_lower_limits_for_foreign_hashes() {
        let is_within = |cost: &str, bound: &Bound| {
            let text = OF_OTHERS[0].replace("m=64,t=1", cost);
            Argon2Hash::parse(&text).map(|hash| hash.is_within(bound))
        };
        for (cost, import, settings) in [
            ("m=131072,t=8", true, true),
            ("m=131073,t=1", false, true),
            ("m=131072,t=9", false, true),
            ("m=2097152,t=4", false, true),
            ("m=2097153,t=1", false, false),
            ("m=2097152,t=5", false, false),
            ("m=64,t=4294967295", false, false),
            ("m=4294967295,t=4294967295", false, false),
        ] {
            assert_eq!(is_within(cost, &Bound::OF_IMPORTS), Some(import), "{cost}");
            assert_eq!(is_within(cost, &Bound::OF_SETTINGS), Some(settings), "{cost}");
        }
    }
}
