//! Lockout: five failures of one name from one network, and that pair waits.

use super::{Busy, ServiceError, tokens::Keyring};
use crate::{
    model::{Identifier, Network},
    server::{
        clock::Clock,
        settings,
        store::{CountedTry, Db, LockRule},
    },
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::{Notify, futures::OwnedNotified};

/// Counts tries before their passwords are checked.
#[derive(Clone)]
pub struct Lockout {
    db: Db,
    keys: Keyring,
    clock: Clock,
    rule: LockRule,
    checking: Arc<Mutex<HashMap<Key, Checking>>>,
}

type Key = (String, String);

/// The tries of one pair whose passwords this node is checking right now.
#[derive(Default)]
struct Checking {
    count: usize,
    changed: Arc<Notify>,
}

/// How a try leaves.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Leaving {
    Checked,
    Refused,
}

/// A counted try. Say how it went; dropped unsaid, it stays counted.
pub struct Try {
    lockout: Lockout,
    key: Key,
    /// Whether a failure of this one locks the pair.
    pub locks: bool,
}

/// Locked, and for how long yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Locked {
    pub retry_after: Duration,
}

impl Lockout {
    /// By the rule of these settings.
    pub fn new(db: Db, keys: Keyring, clock: Clock, settings: &settings::Lockout) -> Self {
        let rule = LockRule { max_failures: i64::from(settings.max_failures), duration: settings.duration };
        Self { db, keys, clock, rule, checking: Arc::default() }
    }

    /// Counts a try. While this node still checks earlier tries of the pair, a try that would find
    /// it locked waits for them: ten people at one address with the right password lock nobody out.
    pub async fn begin(&self, identifier: &Identifier, network: &Network) -> Result<Result<Try, Locked>, ServiceError> {
        let key = (self.keys.name_digest(identifier.normalized()), network.to_string());
        loop {
            self.enter(&key);
            let counted = self.db.count_try(key.0.clone(), key.1.clone(), self.rule, self.clock.now()).await;
            match counted {
                Ok(CountedTry::Admitted { locks }) => {
                    return Ok(Ok(Try { lockout: self.clone(), key, locks }));
                }
                Ok(CountedTry::Locked { until }) => match self.leave(&key, Leaving::Refused) {
                    Some(changed) => changed.await,
                    None => return Ok(Err(Locked { retry_after: until.since(self.clock.now()) })),
                },
                Err(error) => {
                    self.leave(&key, Leaving::Refused);
                    return Err(error.into());
                }
            }
        }
    }

    /// Opens every lock on these names.
    pub async fn open(&self, identifiers: &[Identifier]) -> Result<u64, ServiceError> {
        let names = identifiers.iter().map(|identifier| self.keys.name_digest(identifier.normalized())).collect();
        Ok(self.db.open_locks(names, self.clock.now()).await?)
    }

    fn enter(&self, key: &Key) {
        let mut all = self.checking.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry(key.clone()).or_default().count += 1;
    }

    /// Answers what to wait for if others are still being checked. A refused try wakes nobody
    /// unless it is the last: else the refused would wake each other for as long as one is checked.
    fn leave(&self, key: &Key, leaving: Leaving) -> Option<OwnedNotified> {
        let mut all = self.checking.lock().unwrap_or_else(PoisonError::into_inner);
        let checking = all.get_mut(key)?;
        checking.count -= 1;
        let is_last = checking.count == 0;
        if is_last || leaving == Leaving::Checked {
            checking.changed.notify_waiters();
        }
        if is_last {
            all.remove(key);
            return None;
        }
        Some(Arc::clone(&checking.changed).notified_owned())
    }
}

impl Try {
    /// The password was right: the pair's failures are forgotten (NIST SP 800-63B-4 §3.2.2).
    pub async fn succeeded(self) -> Result<(), ServiceError> {
        let (name, scope) = self.key.clone();
        Ok(self.lockout.db.forgive_tries(name, scope).await?)
    }

    /// The password was never checked: this try does not count.
    pub async fn unchecked(self, _: Busy) -> Result<(), ServiceError> {
        let (name, scope) = self.key.clone();
        Ok(self.lockout.db.uncount_try(name, scope).await?)
    }
}

impl Drop for Try {
    fn drop(&mut self) {
        self.lockout.leave(&self.key, Leaving::Checked);
    }
}
