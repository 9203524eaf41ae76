//! Locks after failed sign-ins.

use std::time::Duration;

use super::super::error::SettingsError;
use super::super::keys;
use super::super::values::Values;

/// The section `lockout`.
#[derive(Debug, Clone)]
pub struct Lockout {
    /// How many failures of one name from one client set the lock.
    pub max_failures: u32,
    /// How long the lock lasts.
    pub duration: Duration,
}

impl Lockout {
    pub(in super::super) fn read(values: &Values) -> Result<Self, SettingsError> {
        Ok(Self {
            max_failures: values.read_within(keys::MAX_FAILURES)?,
            duration: values.read_within(keys::LOCKOUT_DURATION)?,
        })
    }
}
