//! What one-time secrets are for.

/// What a one-time secret is for. It works for nothing else. The text is its name in the database, and part of
/// the digest of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::Display, strum::EnumString, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum SecretPurpose {
    /// Creates the first administrator. The subject is the installation.
    SetUp,
    /// Creates an account for one address. The subject is that address.
    Invite,
    /// Confirms the address of an account. From here on, the subject is the user.
    VerifyEmail,
    /// Confirms the new address of an account.
    ChangeEmail,
    /// Sets a new password.
    ResetPassword,
    /// Removes the lock set by failed sign-ins.
    Unlock,
}
