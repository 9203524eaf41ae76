//! The random source, passed as an argument.

use crate::model::{AuditId, EventId, JobId, MailId, SecretId, SessionId, Timestamp, UserId};
use rand::{Rng, SeedableRng, rngs::StdRng};
use std::sync::{Arc, Mutex, PoisonError};

/// Random source for values that must not be guessed: the operating system, or a seed that a test gives.
#[derive(Clone)]
pub struct Randomness {
    source: Source,
    newest_event: Arc<Mutex<Option<AuditId>>>,
}

#[derive(Clone)]
enum Source {
    /// The thread-local generator, seeded by the operating system.
    System,
    /// A generator that yields the same sequence each time.
    Seeded(Arc<Mutex<StdRng>>),
}

impl Randomness {
    /// Returns the random source of the operating system.
    pub fn system() -> Self {
        Self::from(Source::System)
    }

    /// Returns a generator that yields the sequence of `seed`.
    pub fn seeded(seed: u64) -> Self {
        Self::from(Source::Seeded(Arc::new(Mutex::new(StdRng::seed_from_u64(seed)))))
    }

    /// Returns `N` random bytes.
    #[expect(clippy::disallowed_methods, reason = "the only place that reads the machine's entropy")]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        match &self.source {
            Source::System => rand::rng().fill_bytes(&mut bytes),
            Source::Seeded(rng) => rng.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(&mut bytes),
        }
        bytes
    }

    fn id_parts(&self, now: Timestamp) -> (u64, u128) {
        (u64::try_from(now.0).unwrap_or(0), u128::from_be_bytes(self.bytes()))
    }

    /// Returns a new user id.
    pub fn user_id(&self, now: Timestamp) -> UserId {
        let (at, random) = self.id_parts(now);
        UserId::from_parts(at, random)
    }

    /// Returns a new session id.
    pub fn session_id(&self, now: Timestamp) -> SessionId {
        let (at, random) = self.id_parts(now);
        SessionId::from_parts(at, random)
    }

    /// Returns a new audit event id, which sorts after the one before it if both are of the same millisecond: a log
    /// shows what happened in the order in which it happened ("monotonicity" in the specification of ULIDs).
    pub fn audit_id(&self, now: Timestamp) -> AuditId {
        let mut newest = self.newest_event.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, random) = self.id_parts(now);
        let id = match *newest {
            Some(before) if before.made_at() == now => before.next(),
            _ => AuditId::from_parts(at, random),
        };
        *newest = Some(id);
        id
    }

    /// Returns a new one-time secret id.
    pub fn secret_id(&self, now: Timestamp) -> SecretId {
        let (at, random) = self.id_parts(now);
        SecretId::from_parts(at, random)
    }

    /// Returns a new session event id.
    pub fn event_id(&self, now: Timestamp) -> EventId {
        let (at, random) = self.id_parts(now);
        EventId::from_parts(at, random)
    }

    /// Returns a new id of work on many users.
    pub fn job_id(&self, now: Timestamp) -> JobId {
        let (at, random) = self.id_parts(now);
        JobId::from_parts(at, random)
    }

    /// Returns a new mail id.
    pub fn mail_id(&self, now: Timestamp) -> MailId {
        let (at, random) = self.id_parts(now);
        MailId::from_parts(at, random)
    }
}

impl From<Source> for Randomness {
    fn from(source: Source) -> Self {
        Self { source, newest_event: Arc::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn audit_events_of_one_millisecond_sort_in_the_order_they_were_created() {
        let randomness = Randomness::system();
        let (first, other) = (Timestamp(1_700_000_000_000), Timestamp(1_600_000_000_000));
        let ids: Vec<_> = (0..100).map(|_| randomness.clone().audit_id(first)).collect();
        assert!(ids.is_sorted_by(|a, b| a < b) && ids.iter().all(|id| id.made_at() == first));
        assert_eq!(randomness.audit_id(other).made_at(), other, "a clock that is set back is followed");
    }
}
