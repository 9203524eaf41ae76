//! Failed sign-ins, counted before the password is checked, so that parallel attempts can't bypass the limit.

use super::{
    Db, NewMail, StoreError, audit,
    authority::Power,
    db::{Tx, execute, on_db, on_tx},
    outbox,
};
use crate::{
    model::{Timestamp, UserId},
    server::domain::AuditEvent,
};
use sqlx::QueryBuilder;
use std::{collections::HashSet, time::Duration};

/// How many failures set a lock, and for how long.
#[derive(Debug, Clone, Copy)]
pub struct LockRule {
    /// Failures of one name from one scope. Forgotten `duration` after the last of them.
    pub max_failures: i64,
    pub duration: Duration,
    /// Failures of one name from everywhere, within a window that starts with the first.
    pub max_everywhere: i64,
    pub window: Duration,
}

/// Where an attempt comes from. Attempts on one name are counted separately per scope.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Scope {
    /// A network.
    Network(String),
    /// Digest of a device that has signed in before: failures elsewhere never lock it.
    Device(String),
}

/// The failures that a correct password clears, including its own counted attempt.
#[derive(Debug, Clone)]
pub struct Forgiven {
    pub name: String,
    pub scope: Scope,
    pub rule: LockRule,
}

/// Result of counting an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CountedTry {
    /// Counted: the password may be checked. `locks` says whether a failure of this attempt sets a lock.
    Admitted { locks: bool },
    /// Not counted: locked until then.
    Locked { until: Timestamp },
}

struct Tried {
    name: String,
    scope: Scope,
    owner: Option<UserId>,
}

/// The scope in which every attempt on a name counts.
const EVERYWHERE: &str = "everywhere";

impl Scope {
    fn column(&self) -> String {
        match self {
            Self::Network(network) => network.clone(),
            Self::Device(device) => format!("device {device}"),
        }
    }
}

impl Db {
    /// Counts an attempt on `name` from `scope` before its password is checked. `owner` is the user whose name it is.
    pub async fn count_try(
        &self,
        name: String,
        scope: Scope,
        owner: Option<UserId>,
        rule: LockRule,
        now: Timestamp,
    ) -> Result<CountedTry, StoreError> {
        let tried = Tried { name, scope, owner };
        self.write(move |tx| Box::pin(async move { count(tx, &tried, rule, now).await })).await
    }

    /// Clears the failures before a correct password that starts no session, with its audit event.
    pub async fn forgive_tries(&self, forgiven: Forgiven, event: AuditEvent) -> Result<(), StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                forgive(tx, &forgiven).await?;
                audit::insert(tx, &event).await
            })
        })
        .await
    }

    /// Undoes one counted attempt whose password was not checked.
    pub async fn uncount_try(&self, name: String, scope: Scope, rule: LockRule) -> Result<(), StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                uncount(tx, &name, EVERYWHERE, rule.max_everywhere).await?;
                uncount(tx, &name, &scope.column(), rule.max_failures).await
            })
        })
        .await
    }

    /// Returns those of these digests whose names are locked now in any scope.
    pub async fn locked_among(&self, names: &[String], now: Timestamp) -> Result<HashSet<String>, StoreError> {
        if names.is_empty() {
            return Ok(HashSet::new());
        }
        let names: Vec<String> = on_db!(self, |conn| {
            let mut query = QueryBuilder::new("SELECT DISTINCT name FROM attempts WHERE locked_until > ");
            query.push_bind(now).push(" AND name IN (");
            let mut list = query.separated(", ");
            for name in names {
                list.push_bind(name);
            }
            query.push(")");
            async move { query.build_query_scalar().fetch_all(conn).await }
        })?;
        Ok(names.into_iter().collect())
    }

    /// Makes these names those of a user, and no others.
    pub async fn own_names(&self, user: UserId, names: Vec<String>) -> Result<(), StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                execute!(tx, "UPDATE attempts SET user_id = NULL WHERE user_id = $1 AND locked_until > 0", user)?;
                for name in names {
                    execute!(tx, "UPDATE attempts SET user_id = $2 WHERE name = $1", name, user)?;
                }
                Ok(())
            })
        })
        .await
    }

    /// Removes all locks on these names of the event's subject, with the audit event and a notice to the owner if there
    /// was a lock. Returns how many there were. `BeyondActor` if the user has a permission that the acting user lacks.
    pub async fn open_locks(
        &self,
        names: Vec<String>,
        notice: Option<NewMail>,
        event: AuditEvent,
    ) -> Result<u64, StoreError> {
        self.write_as(event.actor, event.at, move |tx| {
            Box::pin(async move {
                let power = Power::of(tx, event.actor, event.at).await?;
                open_within(tx, &power, &names, notice, event).await
            })
        })
        .await
    }
}

/// Removes all locks on these names of the event's subject, within this power.
pub(super) async fn open_within(
    tx: &mut Tx,
    power: &Power,
    names: &[String],
    notice: Option<NewMail>,
    event: AuditEvent,
) -> Result<u64, StoreError> {
    if let Some(user) = event.subject {
        power.check(tx, user).await?;
    }
    let opened = open(tx, names, event.at).await?;
    if opened > 0 {
        audit::insert(tx, &event).await?;
    }
    if let Some(notice) = notice.filter(|_| opened > 0) {
        outbox::insert(tx, &notice, event.at).await?;
    }
    Ok(opened)
}

/// Undoes the attempt and clears the failures of its scope, because the password was correct.
pub(super) async fn forgive(tx: &mut Tx, forgiven: &Forgiven) -> Result<(), StoreError> {
    let name = forgiven.name.as_str();
    uncount(tx, name, EVERYWHERE, forgiven.rule.max_everywhere).await?;
    execute!(tx, "DELETE FROM attempts WHERE name = $1 AND scope = $2", name, forgiven.scope.column()).map(drop)
}

/// Clears all failures of these names. Returns how many locks there were.
pub(super) async fn open(tx: &mut Tx, names: &[String], now: Timestamp) -> Result<u64, StoreError> {
    let mut opened = 0;
    for name in names {
        let sql = "SELECT count(*) FROM attempts WHERE name = $1 AND locked_until > $2";
        let locks: i64 = on_tx!(tx, |conn| sqlx::query_scalar(sql).bind(name.as_str()).bind(now).fetch_one(conn))?;
        opened += u64::try_from(locks).unwrap_or(0);
        // The shared row first, in the same order as attempts.
        execute!(tx, "DELETE FROM attempts WHERE name = $1 AND scope = $2", name.as_str(), EVERYWHERE)?;
        execute!(tx, "DELETE FROM attempts WHERE name = $1", name.as_str())?;
    }
    Ok(opened)
}

async fn count(tx: &mut Tx, tried: &Tried, rule: LockRule, now: Timestamp) -> Result<CountedTry, StoreError> {
    let (name, scope) = (tried.name.as_str(), tried.scope.column());
    // Always the shared row first: on PostgreSQL, parallel attempts on a name wait for its lock.
    pull_back(tx, name, EVERYWHERE, rule.window, now).await?;
    let Some(everywhere) = count_everywhere(tx, tried, rule, now).await? else {
        return locked(tx, name, EVERYWHERE, now).await;
    };
    pull_back(tx, name, &scope, rule.duration, now).await?;
    let Some(here) = count_here(tx, tried, rule, now).await? else {
        uncount(tx, name, EVERYWHERE, rule.max_everywhere).await?;
        return locked(tx, name, &scope, now).await;
    };
    Ok(CountedTry::Admitted { locks: here >= rule.max_failures || everywhere == rule.max_everywhere })
}

/// Corrects times written by a clock that ran ahead, which would lock for that much longer. No lock lasts longer
/// than `span` from now.
async fn pull_back(tx: &mut Tx, name: &str, scope: &str, span: Duration, now: Timestamp) -> Result<(), StoreError> {
    let sql = "
        UPDATE attempts
        SET locked_until = CASE WHEN locked_until > $4 THEN $4 ELSE locked_until END,
            last_at = CASE WHEN last_at > $3 THEN $3 ELSE last_at END,
            since = CASE WHEN since > $3 THEN $3 ELSE since END
        WHERE name = $1 AND scope = $2 AND (last_at > $3 OR since > $3 OR locked_until > $4)";
    execute!(tx, sql, name, scope, now, now + span).map(drop)
}

/// Counts in the shared scope. Returns `None` if the name is locked everywhere, which does not apply to known devices.
async fn count_everywhere(
    tx: &mut Tx,
    tried: &Tried,
    rule: LockRule,
    now: Timestamp,
) -> Result<Option<i64>, StoreError> {
    let sql = "
        INSERT INTO attempts (name, scope, failures, locked_until, last_at, since, user_id)
        VALUES ($1, $2, 1, NULL, $3, $3, $7)
        ON CONFLICT (name, scope) DO UPDATE
        SET user_id = $7,
            failures = CASE WHEN attempts.since <= $4 THEN 1 ELSE attempts.failures + 1 END,
            locked_until = CASE
              WHEN attempts.since > $4 AND attempts.failures + 1 >= $5 THEN attempts.since + ($3 - $4)
            END,
            last_at = $3,
            since = CASE WHEN attempts.since <= $4 THEN $3 ELSE attempts.since END
        WHERE attempts.since <= $4 OR attempts.failures < $6
        RETURNING failures";
    let most = match tried.scope {
        Scope::Network(_) => rule.max_everywhere,
        Scope::Device(_) => i64::MAX,
    };
    on_tx!(tx, |conn| sqlx::query_scalar(sql)
        .bind(&tried.name)
        .bind(EVERYWHERE)
        .bind(now)
        .bind(now - rule.window)
        .bind(rule.max_everywhere)
        .bind(most)
        .bind(tried.owner)
        .fetch_optional(conn))
}

/// Counts in one scope. Returns `None` if the name is locked there.
async fn count_here(tx: &mut Tx, tried: &Tried, rule: LockRule, now: Timestamp) -> Result<Option<i64>, StoreError> {
    let sql = "
        INSERT INTO attempts (name, scope, failures, locked_until, last_at, since, user_id)
        VALUES ($1, $2, 1, CASE WHEN $3 <= 1 THEN $5 END, $4, $4, $7)
        ON CONFLICT (name, scope) DO UPDATE
        SET user_id = $7,
            failures = CASE WHEN attempts.last_at <= $6 THEN 1 ELSE attempts.failures + 1 END,
            locked_until = CASE
              WHEN CASE WHEN attempts.last_at <= $6 THEN 1 ELSE attempts.failures + 1 END >= $3 THEN $5
            END,
            last_at = $4
        WHERE attempts.locked_until IS NULL OR attempts.locked_until <= $4
        RETURNING failures";
    on_tx!(tx, |conn| sqlx::query_scalar(sql)
        .bind(&tried.name)
        .bind(tried.scope.column())
        .bind(rule.max_failures)
        .bind(now)
        .bind(now + rule.duration)
        .bind(now - rule.duration)
        .bind(tried.owner)
        .fetch_optional(conn))
}

async fn locked(tx: &mut Tx, name: &str, scope: &str, now: Timestamp) -> Result<CountedTry, StoreError> {
    let sql = "SELECT locked_until FROM attempts WHERE name = $1 AND scope = $2";
    let until: Option<Option<Timestamp>> =
        on_tx!(tx, |conn| sqlx::query_scalar(sql).bind(name).bind(scope).fetch_optional(conn))?;
    Ok(CountedTry::Locked { until: until.flatten().unwrap_or(now) })
}

/// Undoes one attempt. Below `max` failures there is no lock.
async fn uncount(tx: &mut Tx, name: &str, scope: &str, max: i64) -> Result<(), StoreError> {
    let sql = "
        UPDATE attempts
        SET failures = failures - 1, locked_until = CASE WHEN failures > $3 THEN locked_until END
        WHERE name = $1 AND scope = $2 AND failures > 0";
    execute!(tx, sql, name, scope, max).map(drop)
}
