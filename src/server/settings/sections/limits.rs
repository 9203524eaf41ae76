//! Rate limits.

use super::super::error::SettingsError;
use super::super::keys;
use super::super::rate::Rate;
use super::super::values::Values;

/// The section `limits`.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Whether requests are rate limited at all. The lockout is independent of this.
    pub enabled: bool,
    /// Sign-in, registration, codes and refused refreshes, per network.
    pub sign_in: Rate,
    /// Mails of one purpose, per mailbox.
    pub mail: Rate,
    /// Everything else, per user, or per network if no one is signed in.
    pub api: Rate,
}

impl Limits {
    pub(in super::super) fn read(values: &Values) -> Result<Self, SettingsError> {
        Ok(Self {
            enabled: values.read(keys::LIMITS_ENABLED)?,
            sign_in: values.read(keys::LIMIT_SIGN_IN)?,
            mail: values.read(keys::LIMIT_MAIL)?,
            api: values.read(keys::LIMIT_API)?,
        })
    }
}
