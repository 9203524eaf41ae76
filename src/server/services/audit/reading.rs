//! Records who reads the log, and which part of it.

use super::{AuditPage, AuditPlace, AuditQuery, AuditService};
use crate::{
    model::{AuditId, SessionId, UserId},
    server::{
        domain::{Actor, AuditAction, AuditTarget, PastEvent, TargetKind},
        services::{Caller, ServiceError},
    },
};
use serde_json::json;
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// How long a session may read the same again without another event.
const AGAIN: Duration = Duration::from_mins(10);
/// How many readings are remembered.
const REMEMBERED: usize = 1000;

/// When each session has last recorded what it read, by the steady clock.
#[derive(Default)]
pub(super) struct Readings(Mutex<HashMap<(SessionId, String), Duration>>);

impl AuditService {
    /// Returns a page of the events that match the query, and records that it was read.
    pub async fn read(
        &self,
        query: &AuditQuery,
        place: AuditPlace,
        reader: Actor,
        caller: &Caller,
    ) -> Result<AuditPage, ServiceError> {
        let target = place.user.map_or_else(whole_log, |user| AuditTarget::new(TargetKind::User, &user));
        let page = self.page(query, place).await?;
        self.record(target, query, reader, caller).await?;
        Ok(page)
    }

    /// Returns one event, and records that it was opened.
    pub async fn open(&self, id: AuditId, reader: Actor, caller: &Caller) -> Result<Option<PastEvent>, ServiceError> {
        let found = self.core.db.find_audit_event(id).await?;
        if let Some(event) = &found {
            let target = AuditTarget::named(TargetKind::AuditEvent, &id, &event.action);
            self.record(target, &AuditQuery::default(), reader, caller).await?;
        }
        Ok(found)
    }

    /// Returns the latest events about a user, and records that they were read.
    pub async fn latest_of(
        &self,
        user: UserId,
        limit: i64,
        reader: Actor,
        caller: &Caller,
    ) -> Result<Vec<PastEvent>, ServiceError> {
        let found = self.core.db.latest_audit_of(user, limit).await?;
        self.record(AuditTarget::new(TargetKind::User, &user), &AuditQuery::default(), reader, caller).await?;
        Ok(found)
    }

    /// Records that the log is exported, and which part of it.
    pub async fn exported(
        &self,
        query: &AuditQuery,
        format: &str,
        reader: Actor,
        caller: &Caller,
    ) -> Result<(), ServiceError> {
        let (target, details) = (whole_log(), json!({ "query": query.to_string(), "format": format }));
        let recorded =
            self.core.record_reading(AuditAction::AuditExported, Some(target), details, (reader, caller)).await;
        Ok(recorded?)
    }

    /// Records that a part of the log was read, unless the same session has read it a moment ago.
    async fn record(
        &self,
        target: AuditTarget,
        query: &AuditQuery,
        reader: Actor,
        caller: &Caller,
    ) -> Result<(), ServiceError> {
        let (what, now) = (format!("{} {query}", target.id), self.core.clock.elapsed());
        let reading = if let Actor::SignedIn(acting) = reader { Some((acting.session, what)) } else { None };
        if reading.as_ref().is_some_and(|reading| self.readings.knows(reading, now)) {
            return Ok(());
        }
        let words = query.to_string();
        let details = if target.kind == TargetKind::AuditEvent { json!({}) } else { json!({ "query": words }) };
        self.core.record_reading(AuditAction::AuditRead, Some(target), details, (reader, caller)).await?;
        if let Some(reading) = reading {
            self.readings.remember(reading, now);
        }
        Ok(())
    }
}

/// The target of what concerns no single user or event.
fn whole_log() -> AuditTarget {
    AuditTarget::new(TargetKind::AuditLog, &"all")
}

impl Readings {
    fn knows(&self, reading: &(SessionId, String), now: Duration) -> bool {
        self.latest().get(reading).is_some_and(|at| now.saturating_sub(*at) < AGAIN)
    }

    fn remember(&self, reading: (SessionId, String), now: Duration) {
        let mut latest = self.latest();
        if latest.len() >= REMEMBERED {
            latest.retain(|_, at| now.saturating_sub(*at) < AGAIN);
        }
        if latest.len() >= REMEMBERED {
            // Some are recorded twice then, which is better than not at all.
            latest.clear();
        }
        latest.insert(reading, now);
    }

    fn latest(&self) -> MutexGuard<'_, HashMap<(SessionId, String), Duration>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reading_is_known_for_ten_minutes_and_only_so_many_are() {
        let readings = Readings::default();
        let session = SessionId::from_parts(1, 1);
        let reading = |number: usize| (session, number.to_string());
        readings.remember(reading(0), Duration::ZERO);
        assert!(readings.knows(&reading(0), Duration::from_mins(9)));
        assert!(!readings.knows(&reading(0), AGAIN));
        assert!(!readings.knows(&(SessionId::from_parts(1, 2), "0".to_owned()), Duration::ZERO), "another session");
        for number in 1..5 * REMEMBERED {
            readings.remember(reading(number), AGAIN);
            assert!(readings.knows(&reading(number), AGAIN) && readings.latest().len() <= REMEMBERED);
        }
    }
}
