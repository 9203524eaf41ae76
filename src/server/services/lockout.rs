//! Lockout: five failures of one name from one network, and that pair waits; fifty from everywhere
//! in a day, and the name waits, but on devices that have signed in before.

use super::{Busy, Core, ServiceError};
use crate::{
    model::{Identifier, User},
    server::{
        settings,
        store::{CountedTry, LockRule, Scope},
    },
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::{Notify, futures::OwnedNotified};

/// Failures of one name from everywhere, within the window that begins with the first.
const MAX_EVERYWHERE: i64 = 50;
pub(super) const WINDOW: Duration = Duration::from_hours(24);

/// Counts tries before their passwords are checked.
#[derive(Clone)]
pub struct Lockout {
    core: Arc<Core>,
    rule: LockRule,
    checking: Arc<Mutex<HashMap<Key, Checking>>>,
}

type Key = (String, Scope);

/// The tries of one pair that this node is at right now.
#[derive(Default)]
struct Checking {
    /// Being counted.
    asking: usize,
    /// Admitted, and their passwords being checked.
    admitted: usize,
    /// Told whenever a wait for them may be over.
    changed: Arc<Notify>,
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
    pub(super) fn new(core: Arc<Core>, settings: &settings::Lockout) -> Self {
        let rule = LockRule {
            max_failures: i64::from(settings.max_failures),
            duration: settings.duration,
            max_everywhere: MAX_EVERYWHERE,
            window: WINDOW,
        };
        Self { core, rule, checking: Arc::default() }
    }

    /// Counts a try. While this node still checks earlier tries of the pair, a try that would find
    /// it locked waits for them: ten people at one address with the right password lock nobody out.
    pub async fn begin(&self, identifier: &Identifier, scope: Scope) -> Result<Result<Try, Locked>, ServiceError> {
        let key = (self.name(identifier), scope);
        let mut is_first = true;
        loop {
            self.ask(&key);
            let counted = self.core.db.count_try(key.0.clone(), key.1.clone(), self.rule, self.core.now()).await;
            match counted {
                Ok(CountedTry::Admitted { locks }) => {
                    self.answer(&key, 1);
                    return Ok(Ok(Try { lockout: self.clone(), key, locks }));
                }
                Ok(CountedTry::Locked { until }) => match self.refuse(&key, is_first) {
                    Some(changed) => changed.await,
                    None => return Ok(Err(Locked { retry_after: until.since(self.core.now()) })),
                },
                Err(error) => {
                    self.answer(&key, 0);
                    return Err(error.into());
                }
            }
            is_first = false;
        }
    }

    /// Opens every lock on a user's names. Answers how many there were.
    pub async fn open(&self, user: &User) -> Result<u64, ServiceError> {
        Ok(self.core.db.open_locks(self.names_of(user), self.core.now()).await?)
    }

    /// What tries with a user's email address and username are counted under.
    pub fn names_of(&self, user: &User) -> Vec<String> {
        let username = user.username.iter().map(|name| Identifier::Username(name.normalized()));
        std::iter::once(Identifier::Email(user.email.clone())).chain(username).map(|name| self.name(&name)).collect()
    }

    fn name(&self, identifier: &Identifier) -> String {
        self.core.keys.name_digest(identifier.normalized())
    }

    fn ask(&self, key: &Key) {
        self.at(key, |checking| checking.asking += 1);
    }

    /// Counted: so many more are being checked.
    fn answer(&self, key: &Key, admitted: usize) {
        self.at(key, |checking| {
            checking.asking -= 1;
            checking.admitted += admitted;
        });
    }

    /// Answers what to wait for: tries whose passwords are being checked. The first time those count,
    /// too, that were asked for at the same moment, and may be admitted though they do not know it yet.
    fn refuse(&self, key: &Key, is_first: bool) -> Option<OwnedNotified> {
        self.at(key, |checking| {
            checking.asking -= 1;
            let is_worth_it = checking.admitted > 0 || is_first && checking.asking > 0;
            is_worth_it.then(|| Arc::clone(&checking.changed).notified_owned())
        })
    }

    fn checked(&self, key: &Key) {
        self.at(key, |checking| checking.admitted -= 1);
    }

    /// Changes the count of a pair. Whoever waits hears of each password that was checked, and when there
    /// is nothing to wait for.
    fn at<T>(&self, key: &Key, change: impl FnOnce(&mut Checking) -> T) -> T {
        let mut all = self.checking.lock().unwrap_or_else(PoisonError::into_inner);
        let checking = all.entry(key.clone()).or_default();
        let before = checking.admitted;
        let changed = change(checking);
        let is_over = checking.admitted == 0 && checking.asking == 0;
        if checking.admitted < before || is_over {
            checking.changed.notify_waiters();
        }
        if is_over {
            all.remove(key);
        }
        changed
    }
}

impl Try {
    /// The password was right: the failures of its scope are forgotten (NIST SP 800-63B-4 §3.2.2).
    pub async fn succeeded(self) -> Result<(), ServiceError> {
        let (name, scope) = self.key.clone();
        Ok(self.lockout.core.db.forgive_tries(name, scope, self.lockout.rule).await?)
    }

    /// The password was never checked: this try does not count.
    pub async fn unchecked(self, _: Busy) -> Result<(), ServiceError> {
        let (name, scope) = self.key.clone();
        Ok(self.lockout.core.db.uncount_try(name, scope, self.lockout.rule).await?)
    }
}

impl Drop for Try {
    fn drop(&mut self) {
        self.lockout.checked(&self.key);
    }
}
