//! Rules and cost of passwords.

use super::super::error::SettingsError;
use super::super::keys;
use super::super::values::Values;

/// The section `passwords`.
#[derive(Debug, Clone)]
pub struct Passwords {
    /// The minimum number of code points after NFC.
    pub min_length: usize,
    /// Memory of one hash, in KiB (Argon2id `m`).
    pub memory_kib: u32,
    /// Passes over that memory (Argon2id `t`).
    pub iterations: u32,
    /// Lanes of that memory (Argon2id `p`).
    pub lanes: u32,
    /// How many hashes are computed at the same time.
    pub max_parallel: usize,
}

impl Passwords {
    /// The most memory of one hash: the first recommended option of RFC 9106 §4.
    pub const MAX_MEMORY_KIB: u32 = 2 << 20;
    /// The most that one hash fills, memory times iterations: about ten seconds of work.
    pub const MAX_FILLED_KIB: u64 = 8 << 20;

    pub(in super::super) fn read(values: &Values) -> Result<Self, SettingsError> {
        let passwords = Self {
            min_length: values.read_within(keys::MIN_LENGTH)?,
            memory_kib: values.read_within(keys::MEMORY_KIB)?,
            iterations: values.read_within(keys::ITERATIONS)?,
            lanes: values.read_within(keys::LANES)?,
            max_parallel: values.read_within(keys::MAX_PARALLEL)?,
        };
        // RFC 9106 §3.1: at least 8 blocks of 1 KiB for each lane.
        if passwords.memory_kib < 8 * passwords.lanes {
            let wanted = "must be at least 8 times `passwords.lanes`";
            return Err(values.refuse_value(&keys::MEMORY_KIB.key, wanted));
        }
        if u64::from(passwords.memory_kib) * u64::from(passwords.iterations) > Self::MAX_FILLED_KIB {
            let wanted = "must be at most 8388608 (8 GiB) divided by `passwords.iterations`";
            return Err(values.refuse_value(&keys::MEMORY_KIB.key, wanted));
        }
        Ok(passwords)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{load, refusal, source};
    use super::super::super::{Settings, Source};
    use super::Passwords;

    #[test]
    fn as_many_hashes_run_in_parallel_as_there_are_cores() {
        let with = |cores| {
            let source = Source { cores, ..source() };
            Settings::load(&source).unwrap().settings.passwords.max_parallel
        };
        assert_eq!((with(6), with(0)), (6, 1));
        assert!(load(&[("passwords.max_parallel", "0")]).is_err());
    }

    #[test]
    fn lanes_need_memory() {
        let lanes = ("passwords.lanes", "4");
        assert!(load(&[lanes, ("passwords.memory_kib", "32")]).is_ok());
        assert!(
            refusal(&[lanes, ("passwords.memory_kib", "31")]).ends_with(": must be at least 8 times `passwords.lanes`")
        );
    }

    #[test]
    fn a_hash_costs_no_more_than_a_stored_hash_may() {
        let memory = ("passwords.memory_kib", "2097152");
        let settings = load(&[memory, ("passwords.iterations", "4")]).unwrap().settings;
        assert_eq!(settings.passwords.memory_kib, Passwords::MAX_MEMORY_KIB);
        assert!(
            refusal(&[memory, ("passwords.iterations", "5")])
                .ends_with(": must be at most 8388608 (8 GiB) divided by `passwords.iterations`")
        );
        assert!(load(&[("passwords.memory_kib", "2097153")]).is_err());
    }

    #[test]
    fn the_minimum_length_can_be_raised_and_not_lowered() {
        assert!(load(&[("passwords.min_length", "15")]).is_ok());
        assert!(refusal(&[("passwords.min_length", "7")]).contains("must be between 8 and 256"));
    }
}
