//! What every service works with.

use super::{Caller, Links, Mailer, tokens::Keyring};
use crate::{
    model::{Timestamp, UserId},
    server::{
        clock::Clock,
        randomness::Randomness,
        store::{Action, Actor, AuditEvent, Db},
    },
};

/// The database, the keys, time and chance, and the way to people's mailboxes.
pub struct Core {
    pub db: Db,
    pub keys: Keyring,
    pub clock: Clock,
    pub randomness: Randomness,
    pub links: Links,
    pub mail: Mailer,
}

impl Core {
    /// The moment it is.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// An audit event of now.
    pub fn event(&self, caller: &Caller, action: Action, actor: Actor, subject: Option<UserId>) -> AuditEvent {
        let now = self.now();
        caller.event(self.randomness.audit_id(now), now, action, actor, subject)
    }
}
