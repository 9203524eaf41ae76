//! Lockout: repeated failures of one name from one network lock that pair; fifty failures from everywhere
//! within a day lock the name, except on devices that have signed in before.

use super::{Core, ServiceError};
use crate::{
    model::{Identifier, User, UserId},
    server::{
        settings,
        store::{CountedTry, Forgiven, LockRule, Scope},
    },
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::Notify;

/// How many failures of one name from everywhere lock it, within the window that begins with the first.
const MAX_EVERYWHERE: i64 = 50;
pub(super) const WINDOW: Duration = Duration::from_hours(24);

/// Counts attempts before their passwords are checked.
#[derive(Clone)]
pub struct LockoutService {
    core: Arc<Core>,
    rule: LockRule,
    checking: Arc<Mutex<HashMap<Key, Checking>>>,
}

type Key = (String, Scope);

/// The attempts of one pair that this node is handling right now.
#[derive(Default)]
struct Checking {
    /// Attempts being counted in the database.
    asking: usize,
    /// Admitted attempts whose passwords are being checked.
    admitted: usize,
    /// Refused attempts that wait for the admitted ones.
    waiting: usize,
    /// How many attempts were checked.
    checked: u64,
    changed: Arc<Notify>,
}

/// Increments a counter, and decrements it on drop, because callers can be cancelled at any await.
struct Part<'a> {
    lockout: &'a LockoutService,
    key: &'a Key,
    kind: fn(&mut Checking) -> &mut usize,
}

/// A counted attempt. Dropped without an outcome, it stays counted.
pub struct Try {
    lockout: LockoutService,
    key: Key,
    /// Whether a failure of this attempt locks the pair.
    pub locks: bool,
}

/// A lock, and how much longer it lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Locked {
    pub retry_after: Duration,
}

impl LockoutService {
    /// Creates the service with the rule of these settings.
    pub(super) fn new(core: Arc<Core>, settings: &settings::Lockout) -> Self {
        let rule = LockRule {
            max_failures: i64::from(settings.max_failures),
            duration: settings.duration,
            max_everywhere: MAX_EVERYWHERE,
            window: WINDOW,
        };
        Self { core, rule, checking: Arc::default() }
    }

    /// Counts an attempt before its password is checked.
    ///
    /// While this node is checking earlier attempts of the pair, an attempt that finds it locked waits for
    /// them. Ten people behind one address with the right password thus do not lock each other out.
    pub async fn begin(
        &self,
        identifier: &Identifier,
        scope: Scope,
        owner: Option<UserId>,
    ) -> Result<Result<Try, Locked>, ServiceError> {
        let key = (self.name(identifier), scope);
        loop {
            let asking = self.part(&key, |checking| &mut checking.asking);
            let before = self.at(&key, |checking| checking.checked);
            let (name, scope) = key.clone();
            let counted = self.core.db.count_try(name, scope, owner, self.rule, self.core.now()).await?;
            let until = match counted {
                CountedTry::Admitted { locks } => {
                    // `admitted` rises before `asking` falls, so the pair never looks idle in between.
                    self.at(&key, |checking| checking.admitted += 1);
                    drop(asking);
                    return Ok(Ok(Try { lockout: self.clone(), key, locks }));
                }
                CountedTry::Locked { until } => until,
            };
            // While someone waits, the entry and its count of checked attempts stay in the map.
            let waiting = self.part(&key, |checking| &mut checking.waiting);
            let others = self.at(&key, |checking| {
                let is_alone = checking.admitted == 0 && checking.asking == 1;
                // Registered under the lock, so that no notification is missed.
                (!is_alone && checking.checked == before).then(|| Arc::clone(&checking.changed).notified_owned())
            });
            drop(asking);
            if let Some(others) = others {
                others.await;
            }
            let is_checked = self.at(&key, |checking| checking.checked > before);
            drop(waiting);
            // If none was checked meanwhile, counting again would give the same result.
            if !is_checked {
                return Ok(Err(Locked { retry_after: until.since(self.core.now()) }));
            }
        }
    }

    /// Returns the digests under which attempts with the user's address and username are counted.
    pub fn names_of(&self, user: &User) -> Vec<String> {
        let username = user.username.iter().map(|name| Identifier::Username(name.normalized()));
        std::iter::once(Identifier::Email(user.email.clone())).chain(username).map(|name| self.name(&name)).collect()
    }

    /// Lets the locks on the names that a user has now count as theirs, and no others.
    pub(super) async fn follow(&self, user: &User) -> Result<(), ServiceError> {
        Ok(self.core.db.own_names(user.id, self.names_of(user)).await?)
    }

    fn name(&self, identifier: &Identifier) -> String {
        self.core.keys.name_digest(identifier.normalized())
    }

    fn part<'a>(&'a self, key: &'a Key, kind: fn(&mut Checking) -> &mut usize) -> Part<'a> {
        self.at(key, |checking| *kind(checking) += 1);
        Part { lockout: self, key, kind }
    }

    /// Reads or changes the state of a pair. Notifies waiters after each checked password, and when nothing
    /// is left to wait for.
    fn at<T>(&self, key: &Key, change: impl FnOnce(&mut Checking) -> T) -> T {
        let mut all = self.checking.lock().unwrap_or_else(PoisonError::into_inner);
        let checking = all.entry(key.clone()).or_default();
        let before = checking.checked;
        let answer = change(checking);
        let is_idle = checking.admitted == 0 && checking.asking == 0;
        if checking.checked > before || is_idle {
            checking.changed.notify_waiters();
        }
        if is_idle && checking.waiting == 0 {
            all.remove(key);
        }
        answer
    }
}

impl Drop for Part<'_> {
    fn drop(&mut self) {
        self.lockout.at(self.key, |checking| *(self.kind)(checking) -= 1);
    }
}

impl Try {
    /// Returns what a right password clears: the failures of its scope (NIST SP 800-63B-4 §3.2.2).
    pub fn forgiven(&self) -> Forgiven {
        let (name, scope) = self.key.clone();
        Forgiven { name, scope, rule: self.lockout.rule }
    }

    /// Takes the attempt back, because its password was not checked, or was right but led to nothing.
    pub async fn uncount(self) -> Result<(), ServiceError> {
        let (name, scope) = self.key.clone();
        Ok(self.lockout.core.db.uncount_try(name, scope, self.lockout.rule).await?)
    }
}

impl Drop for Try {
    fn drop(&mut self) {
        self.lockout.at(&self.key, |checking| {
            checking.admitted -= 1;
            checking.checked += 1;
        });
    }
}
