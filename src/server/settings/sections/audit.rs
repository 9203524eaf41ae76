//! How long audit events are kept, and who gets the checkpoints.

use std::time::Duration;

use super::super::error::SettingsError;
use super::super::keys;
use super::super::values::Values;
use crate::model::Email;

/// The section `audit`.
#[derive(Debug, Clone)]
pub struct Audit {
    /// How long events are kept.
    pub retention: Duration,
    /// Where checkpoints are sent to, besides the file.
    pub checkpoints_to: Option<Email>,
}

impl Audit {
    pub(in super::super) fn read(values: &Values) -> Result<Self, SettingsError> {
        Ok(Self {
            retention: values.read_within(keys::AUDIT_RETENTION)?,
            checkpoints_to: values.read(keys::CHECKPOINTS_TO)?,
        })
    }
}
