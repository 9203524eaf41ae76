//! Ids: opaque to the outside, in order of time inside (ULID).

use super::Timestamp;
use std::{fmt, str::FromStr};
use ulid::Ulid;

/// The text is not an id of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id")]
pub struct NotAnId;

macro_rules! id {
    ($(#[$doc:meta] $name:ident),+ $(,)?) => { $(
        #[$doc]
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Ulid);

        impl $name {
            /// An id made at `at` (milliseconds since 1970) from 80 random bits.
            pub fn from_parts(at: u64, random: u128) -> Self {
                Self(Ulid::from_parts(at, random))
            }

            /// The sixteen bytes, as they travel inside tokens.
            pub fn to_bytes(self) -> [u8; 16] {
                self.0.to_bytes()
            }

            /// When it was made.
            pub fn made_at(self) -> Timestamp {
                Timestamp(i64::try_from(self.0.timestamp_ms()).unwrap_or(i64::MAX))
            }

            /// The id that these sixteen bytes are.
            pub fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Ulid::from_bytes(bytes))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0.to_string())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            /// Only the spelling that `Display` writes: one id has one text.
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                let id = Ulid::from_string(text).map_err(|_| NotAnId)?;
                if id.to_string() == text { Ok(Self(id)) } else { Err(NotAnId) }
            }
        }
    )+ };
}

id! {
    /// A user.
    UserId,
    /// A session: one sign-in on one device, with its family of refresh tokens.
    SessionId,
    /// An event of the audit log.
    AuditId,
    /// A one-time secret (set-up, verification, reset, …).
    SecretId,
    /// A mail in the outbox.
    MailId,
    /// An event of the monitor.
    EventId,
}

impl EventId {
    /// The one that follows, of the same moment.
    #[must_use]
    pub fn next(self) -> Self {
        Self(Ulid(self.0.0.saturating_add(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_exactly_one_spelling() {
        let id = UserId::from_parts(1_700_000_000_000, 42);
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(id.to_string().to_lowercase().parse::<UserId>(), Err(NotAnId));
        assert_eq!("".parse::<UserId>(), Err(NotAnId));
        assert_eq!("../etc/passwd".parse::<UserId>(), Err(NotAnId));
    }

    #[test]
    fn a_later_id_sorts_after_an_earlier_one() {
        let early = UserId::from_parts(1, u128::MAX).to_string();
        let late = UserId::from_parts(2, 0).to_string();
        assert!(early < late);
    }
}
