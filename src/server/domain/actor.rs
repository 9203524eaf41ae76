//! Who causes a write.

use crate::model::{SessionId, UserId};

/// Who caused an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// A user with a session, which must still be alive and have the same token version at the write.
    SignedIn(ActingSession),
    /// A user with a password or a link, which the operation itself checks.
    User(UserId),
    /// An operator on the machine's command line.
    Cli,
    /// Claviger itself.
    System,
    /// A caller who is not signed in.
    Anonymous,
}

/// The session that a write acts for, as stated by the request's token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActingSession {
    pub user: UserId,
    pub session: SessionId,
    /// A higher version in the database means other roles, another password, or a ban.
    pub token_version: i64,
}

impl Actor {
    /// Returns the kind of actor as the audit log names it.
    pub fn kind(self) -> &'static str {
        match self {
            Self::SignedIn(_) | Self::User(_) => "user",
            Self::Cli => "cli",
            Self::System => "system",
            Self::Anonymous => "anonymous",
        }
    }

    /// Returns the acting user; `None` if no user acts.
    pub fn user(self) -> Option<UserId> {
        match self {
            Self::SignedIn(ActingSession { user, .. }) | Self::User(user) => Some(user),
            Self::Cli | Self::System | Self::Anonymous => None,
        }
    }
}
