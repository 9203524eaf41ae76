//! The audit log: lists events, records denials, and keeps the chain that shows whether the log was tampered with.

mod chain;
mod checkpoints;
mod erasing;
mod fault;
mod listing;
mod pruning;
mod query;
mod reading;
mod sealing;
mod verifying;

use super::{Authenticated, Caller, Core, Cursor, ServiceError, part::Part};
use crate::{
    model::{AuditId, Email, Identifier, ListPlace, UserId},
    server::{
        domain::{AuditAction, AuditFilter, AuditTarget, PastEvent, TargetKind},
        settings::Settings,
        store::EventsFrom,
    },
};
pub(super) use chain::hexadecimal;
pub use chain::public_key as audit_public_key;
pub use checkpoints::Checkpoint;
pub use fault::Fault;
pub use query::{AuditQuery, QueryError};
use reading::Readings;
use std::{
    path::Path,
    sync::{Arc, atomic::AtomicI64},
    time::Duration,
};
pub(super) use verifying::UNSEALED;
pub use verifying::{ChainReport, verify};

/// How many characters of the path of a denied request are recorded.
const PATH: usize = 200;

/// Reads and seals the audit log.
#[derive(Clone)]
pub struct AuditService {
    core: Arc<Core>,
    retention: Duration,
    /// The file of checkpoints, and the address that gets them, too.
    checkpoints: Arc<Path>,
    checkpoints_to: Option<Email>,
    /// The last event of the checkpoint that was sent last.
    sent: Arc<AtomicI64>,
    readings: Arc<Readings>,
}

/// A page of the log.
#[derive(Debug, Clone, Default)]
pub struct AuditPage {
    pub events: Vec<PastEvent>,
    /// The number of events on all pages, counted as far as asked.
    pub total: i64,
    /// Cursors: the next page begins after `next`, the previous one ends before `prev`.
    pub next: Option<String>,
    pub prev: Option<String>,
}

/// Which page of the log to read.
#[derive(Debug, Clone)]
pub struct AuditPlace {
    /// Only events about this user, and those by this user about no one else.
    pub user: Option<UserId>,
    pub from: Cursor<AuditId>,
    pub is_descending: bool,
    /// The most rows.
    pub limit: i64,
    /// How many events are counted at most.
    pub counted: i64,
}

impl AuditService {
    pub(super) fn new(core: Arc<Core>, settings: &Settings) -> Self {
        let file = settings.server.data_dir.join("audit-checkpoints.jsonl");
        Self {
            core,
            retention: settings.audit.retention,
            checkpoints: file.into(),
            checkpoints_to: settings.audit.checkpoints_to.clone(),
            sent: Arc::default(),
            readings: Arc::default(),
        }
    }

    /// Returns a page of the events that match the query. Only users' own events are shown without a record.
    pub async fn page(&self, query: &AuditQuery, place: AuditPlace) -> Result<AuditPage, ServiceError> {
        let filter = self.filter(query).await?;
        let AuditPlace { user, from, is_descending, limit, counted } = place;
        let (after, skipped, is_backward) = from.into_parts();
        let is_later = after.is_some() || skipped > 0;
        let is_descending = is_descending != is_backward;
        // One more row than shown tells whether there are more.
        let from = EventsFrom { is_descending, after: after.map(|place| place.id), skipped, limit: limit + 1 };
        let db = &self.core.db;
        let (rows, total) =
            tokio::try_join!(db.list_audit_events(&filter, user, from), db.count_audit_events(&filter, user, counted))?;
        let Part { rows, has_next, has_prev } = Part::of(rows, limit, is_backward, is_later);
        let place = |event: &PastEvent| ListPlace { id: event.id, value: String::new() }.to_string();
        Ok(AuditPage {
            next: rows.last().filter(|_| has_next).map(place),
            prev: rows.first().filter(|_| has_prev).map(place),
            events: rows,
            total,
        })
    }

    /// Returns up to `limit` events that match the query and come after one, oldest first.
    pub async fn after(
        &self,
        query: &AuditQuery,
        after: Option<AuditId>,
        limit: i64,
    ) -> Result<Vec<PastEvent>, ServiceError> {
        let filter = self.filter(query).await?;
        let from = EventsFrom { is_descending: false, after, skipped: 0, limit };
        Ok(self.core.db.list_audit_events(&filter, None, from).await?)
    }

    /// Records that a signed-in user was denied what they asked for: `route` is the method and path, without a query.
    pub async fn denied(&self, who: &Authenticated, route: &str, reason: &str, caller: &Caller) {
        let mut event = self.core.event(caller, AuditAction::AccessDenied, who.actor(), Some(who.claims.user));
        let route: String = route.chars().take(PATH).collect();
        event.target = Some(AuditTarget::named(TargetKind::Route, &route, &route));
        event.details["reason"] = reason.into();
        if let Err(error) = self.core.db.insert_audit(event).await {
            tracing::warn!(cause = ?error, "can't record that access was denied");
        }
    }

    /// Seals what is left, and writes a last checkpoint.
    pub(super) async fn finish(&self) -> Result<(), ServiceError> {
        self.seal().await?;
        self.checkpoint().await
    }

    /// Finds the users that the query names.
    async fn filter(&self, query: &AuditQuery) -> Result<AuditFilter, ServiceError> {
        let mut filter = query.filter.clone();
        for party in [&mut filter.about, &mut filter.actor, &mut filter.target].into_iter().flatten() {
            party.id = party.text.to_ascii_uppercase().parse().ok();
            if party.id.is_none() {
                let named = Identifier::parse(&party.text);
                party.id = self.core.db.find_user_by_identifier(&named).await?.map(|user| user.id);
            }
        }
        Ok(filter)
    }
}
