//! Failed sign-ins, counted so that parallel tries do not slip past.

use super::{
    Db, StoreError,
    db::{Tx, execute, on_tx},
};
use crate::model::Timestamp;
use std::time::Duration;

/// How many failures lock, and for how long.
#[derive(Debug, Clone, Copy)]
pub struct LockRule {
    pub max_failures: i64,
    pub duration: Duration,
}

/// What became of one try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CountedTry {
    /// Counted; the password may be checked. `locks` if a failure of this one locks.
    Admitted { locks: bool },
    /// Not counted: locked until then.
    Locked { until: Timestamp },
}

impl Db {
    /// Counts a try of `name` from `scope` before its password is checked. Failures are forgotten
    /// once the rule's duration has passed since the last of them.
    pub async fn count_try(
        &self,
        name: String,
        scope: String,
        rule: LockRule,
        now: Timestamp,
    ) -> Result<CountedTry, StoreError> {
        self.write(move |tx| Box::pin(async move { count(tx, &name, &scope, rule, now).await })).await
    }

    /// Takes every counted try back: the password was right.
    pub async fn forgive_tries(&self, name: String, scope: String) -> Result<(), StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                execute!(tx, "DELETE FROM attempts WHERE name = $1 AND scope = $2", name, scope).map(drop)
            })
        })
        .await
    }

    /// Takes one counted try back: the password was not checked.
    pub async fn uncount_try(&self, name: String, scope: String) -> Result<(), StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let sql = "
                    UPDATE attempts
                    SET failures = failures - 1, locked_until = NULL
                    WHERE name = $1 AND scope = $2 AND failures > 0";
                execute!(tx, sql, name, scope).map(drop)
            })
        })
        .await
    }

    /// Opens every lock on these names. Answers how many there were.
    pub async fn open_locks(&self, names: Vec<String>, now: Timestamp) -> Result<u64, StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let mut opened = 0;
                for name in names {
                    let sql = "SELECT count(*) FROM attempts WHERE name = $1 AND locked_until > $2";
                    let locks: i64 =
                        on_tx!(tx, |conn| sqlx::query_scalar(sql).bind(name.as_str()).bind(now).fetch_one(conn))?;
                    opened += u64::try_from(locks).unwrap_or(0);
                    execute!(tx, "DELETE FROM attempts WHERE name = $1", name)?;
                }
                Ok(opened)
            })
        })
        .await
    }
}

async fn count(tx: &mut Tx, name: &str, scope: &str, rule: LockRule, now: Timestamp) -> Result<CountedTry, StoreError> {
    let sql = "
        INSERT INTO attempts (name, scope, failures, locked_until, last_at)
        VALUES ($1, $2, 1, CASE WHEN $3 <= 1 THEN $5 END, $4)
        ON CONFLICT (name, scope) DO UPDATE
        SET failures = CASE WHEN attempts.last_at <= $6 THEN 1 ELSE attempts.failures + 1 END,
            locked_until = CASE
              WHEN CASE WHEN attempts.last_at <= $6 THEN 1 ELSE attempts.failures + 1 END >= $3 THEN $5
            END,
            last_at = $4
        WHERE attempts.locked_until IS NULL OR attempts.locked_until <= $4
        RETURNING failures";
    let failures: Option<i64> = on_tx!(tx, |conn| sqlx::query_scalar(sql)
        .bind(name)
        .bind(scope)
        .bind(rule.max_failures)
        .bind(now)
        .bind(now + rule.duration)
        .bind(now - rule.duration)
        .fetch_optional(conn))?;
    if let Some(failures) = failures {
        return Ok(CountedTry::Admitted { locks: failures >= rule.max_failures });
    }
    let sql = "SELECT locked_until FROM attempts WHERE name = $1 AND scope = $2";
    let until: Option<Option<Timestamp>> =
        on_tx!(tx, |conn| sqlx::query_scalar(sql).bind(name).bind(scope).fetch_optional(conn))?;
    Ok(CountedTry::Locked { until: until.flatten().unwrap_or(now) })
}
