//! Ids: opaque to clients, ordered by creation time inside (ULID).

use super::Timestamp;
use std::{fmt, str::FromStr};
use ulid::Ulid;

/// Error: the text is not a valid id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id")]
pub struct NotAnId;

macro_rules! id {
    ($(#[$doc:meta] $name:ident),+ $(,)?) => { $(
        #[$doc]
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Ulid);

        impl $name {
            /// Builds an id from its creation time (milliseconds since 1970) and 80 random bits.
            pub fn from_parts(at: u64, random: u128) -> Self {
                Self(Ulid::from_parts(at, random))
            }

            /// Returns the least id of this moment: every id created before it is less.
            pub fn first_at(at: Timestamp) -> Self {
                Self::from_parts(u64::try_from(at.0).unwrap_or(0), 0)
            }

            /// Returns the sixteen bytes that tokens carry.
            pub fn to_bytes(self) -> [u8; 16] {
                self.0.to_bytes()
            }

            /// Returns when the id was created.
            pub fn made_at(self) -> Timestamp {
                Timestamp(i64::try_from(self.0.timestamp_ms()).unwrap_or(i64::MAX))
            }

            /// Returns the least id that sorts after this one.
            #[must_use]
            pub fn next(self) -> Self {
                Self(Ulid(self.0.0.saturating_add(1)))
            }

            /// Builds an id from its sixteen bytes.
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

            /// Accepts only the spelling that `Display` writes, so that each id has exactly one text form.
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                let id = Ulid::from_string(text).map_err(|_| NotAnId)?;
                if id.to_string() == text { Ok(Self(id)) } else { Err(NotAnId) }
            }
        }
    )+ };
}

id! {
    /// Id of a user.
    UserId,
    /// Id of a session: one sign-in on one device, with its family of refresh tokens.
    SessionId,
    /// Id of an event in the audit log.
    AuditId,
    /// Id of a one-time secret (set-up, verification, reset, …).
    SecretId,
    /// Id of a mail in the outbox.
    MailId,
    /// Id of a monitor event.
    EventId,
    /// Id of work on many users.
    JobId,
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
