//! Lockout: five failures of one name from one network, and that pair waits; fifty from everywhere
//! in a day, and the name waits, but on devices that have signed in before.

use super::{Core, ServiceError};
use crate::{
    model::{Identifier, User},
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
    /// Refused, and waiting for those to be checked.
    waiting: usize,
    /// How many were checked.
    checked: u64,
    changed: Arc<Notify>,
}

/// Makes one more of a kind, and one less when it is dropped: callers leave at any moment.
struct Part<'a> {
    lockout: &'a Lockout,
    key: &'a Key,
    kind: fn(&mut Checking) -> &mut usize,
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
        loop {
            let asking = self.part(&key, |checking| &mut checking.asking);
            let before = self.at(&key, |checking| checking.checked);
            let counted = self.core.db.count_try(key.0.clone(), key.1.clone(), self.rule, self.core.now()).await?;
            let until = match counted {
                CountedTry::Admitted { locks } => {
                    self.at(&key, |checking| checking.admitted += 1);
                    drop(asking);
                    return Ok(Ok(Try { lockout: self.clone(), key, locks }));
                }
                CountedTry::Locked { until } => until,
            };
            let waiting = self.part(&key, |checking| &mut checking.waiting);
            let others = self.at(&key, |checking| {
                let is_alone = checking.admitted == 0 && checking.asking == 1;
                (!is_alone && checking.checked == before).then(|| Arc::clone(&checking.changed).notified_owned())
            });
            drop(asking);
            if let Some(others) = others {
                others.await;
            }
            let is_checked = self.at(&key, |checking| checking.checked > before);
            drop(waiting);
            // Without one that was checked meanwhile, the answer would be the same.
            if !is_checked {
                return Ok(Err(Locked { retry_after: until.since(self.core.now()) }));
            }
        }
    }

    /// What tries with a user's email address and username are counted under.
    pub fn names_of(&self, user: &User) -> Vec<String> {
        let username = user.username.iter().map(|name| Identifier::Username(name.normalized()));
        std::iter::once(Identifier::Email(user.email.clone())).chain(username).map(|name| self.name(&name)).collect()
    }

    fn name(&self, identifier: &Identifier) -> String {
        self.core.keys.name_digest(identifier.normalized())
    }

    fn part<'a>(&'a self, key: &'a Key, kind: fn(&mut Checking) -> &mut usize) -> Part<'a> {
        self.at(key, |checking| *kind(checking) += 1);
        Part { lockout: self, key, kind }
    }

    /// Looks at a pair, or changes it. Whoever waits hears of each password that was checked, and when
    /// there is nothing left to wait for.
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
    /// What is forgotten when the password was right: the failures of its scope (NIST SP 800-63B-4 §3.2.2).
    pub fn forgiven(&self) -> Forgiven {
        let (name, scope) = self.key.clone();
        Forgiven { name, scope, rule: self.lockout.rule }
    }

    /// The password was never checked, or was right and nothing came of it: this try does not count.
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
