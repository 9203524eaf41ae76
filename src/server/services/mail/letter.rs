//! What mails say.

/// A mail, before it has words. Links are whole; nothing here is a person's name or a browser's own
/// name for itself, because strangers can choose both.
#[derive(Debug, Clone)]
pub enum Letter {
    /// Confirm the address of a new account.
    VerifyEmail { link: String, code: String },
    /// Somebody registered with the address of an account that there is.
    AlreadyRegistered { sign_in: String, forgot_password: String },
    /// The same, while that account's address is not confirmed: the link sets a password and confirms.
    FinishRegistration { link: String },
    /// Choose a new password.
    ResetPassword { link: String },
    /// Sign-in is locked after failed tries; the link opens it.
    Locked { link: String },
    /// The lock is open again.
    Unlocked,
    /// Confirm that this address is to become the account's. Goes to the new address.
    ConfirmNewEmail { link: String, code: String },
    /// The account has another address now. Goes to the old one.
    EmailChanged,
    /// The password was changed or reset.
    PasswordChanged { network: String, forgot_password: String },
    /// Somebody signed in with a browser that was not seen before.
    NewDevice { device: String, network: String, forgot_password: String },
    /// A refresh token came back after its successor was used: that session was ended.
    TokenReused { network: String, forgot_password: String },
    /// An administrator invites to make an account.
    Invitation { link: String },
}
