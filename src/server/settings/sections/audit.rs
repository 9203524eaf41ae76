//! How long audit events are kept.

use std::time::Duration;

use super::super::error::SettingsError;
use super::super::keys;
use super::super::values::Values;

/// The section `audit`.
#[derive(Debug, Clone)]
pub struct Audit {
    /// How long events are kept.
    pub retention: Duration,
}

impl Audit {
    pub(in super::super) fn read(values: &Values) -> Result<Self, SettingsError> {
        Ok(Self { retention: values.read_within(keys::AUDIT_RETENTION)? })
    }
}
