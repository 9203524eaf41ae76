//! Chance, as an argument.

use crate::model::{AuditId, EventId, MailId, SecretId, SessionId, Timestamp, UserId};
use rand::{Rng, SeedableRng, rngs::StdRng};
use std::sync::{Arc, Mutex, PoisonError};

/// Draws what must not be guessed: from the operating system, or from a seed that a test gives.
#[derive(Clone)]
pub enum Randomness {
    /// A generator of each thread's own, seeded by the operating system.
    System,
    /// The same sequence each time.
    Seeded(Arc<Mutex<StdRng>>),
}

impl Randomness {
    /// The sequence that belongs to `seed`.
    pub fn seeded(seed: u64) -> Self {
        Self::Seeded(Arc::new(Mutex::new(StdRng::seed_from_u64(seed))))
    }

    /// Random bytes.
    #[expect(clippy::disallowed_methods, reason = "this is the chance that everybody else asks")]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        match self {
            Self::System => rand::rng().fill_bytes(&mut bytes),
            Self::Seeded(rng) => rng.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(&mut bytes),
        }
        bytes
    }

    fn id_parts(&self, now: Timestamp) -> (u64, u128) {
        (u64::try_from(now.0).unwrap_or(0), u128::from_be_bytes(self.bytes()))
    }

    /// A new user's id.
    pub fn user_id(&self, now: Timestamp) -> UserId {
        let (at, random) = self.id_parts(now);
        UserId::from_parts(at, random)
    }

    /// A new session's id.
    pub fn session_id(&self, now: Timestamp) -> SessionId {
        let (at, random) = self.id_parts(now);
        SessionId::from_parts(at, random)
    }

    /// A new audit event's id.
    pub fn audit_id(&self, now: Timestamp) -> AuditId {
        let (at, random) = self.id_parts(now);
        AuditId::from_parts(at, random)
    }

    /// A new one-time secret's id.
    pub fn secret_id(&self, now: Timestamp) -> SecretId {
        let (at, random) = self.id_parts(now);
        SecretId::from_parts(at, random)
    }

    /// A new event's id.
    pub fn event_id(&self, now: Timestamp) -> EventId {
        let (at, random) = self.id_parts(now);
        EventId::from_parts(at, random)
    }

    /// A new mail's id.
    pub fn mail_id(&self, now: Timestamp) -> MailId {
        let (at, random) = self.id_parts(now);
        MailId::from_parts(at, random)
    }
}
