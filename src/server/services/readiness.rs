//! Reports for `/ready` what works right now.

use super::{ClockCheck, ServiceError, audit::UNSEALED};
use crate::{
    model::{AuditId, Timestamp},
    server::{
        clock::Clock,
        store::{Db, StoreError},
    },
};
use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::time::timeout;

/// How long a probe of the database may take.
const PROBE_TIMEOUT: Duration = Duration::from_secs(5);

/// A reason why this node is not healthy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The database fails its probe.
    Database,
    /// The database schema is not of this version.
    Migrations,
    /// This node is missing recent revocations, so it refuses signed-in requests.
    Revocations,
    /// The clock is not trusted.
    Clock { keeps_requests_away: bool },
    /// An audit event was not sealed in time, so it could be changed without a trace.
    Unsealed,
    /// A job keeps failing.
    Job(&'static str),
    /// The process is shutting down.
    Stopping,
}

/// The last known state of the database and the process. Cheap to clone.
#[derive(Clone)]
pub struct Readiness {
    db: Db,
    clock: Clock,
    started: Timestamp,
    clock_check: ClockCheck,
    node: Arc<str>,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    database_fails: AtomicBool,
    is_outdated: AtomicBool,
    has_unsealed: AtomicBool,
    is_stopping: AtomicBool,
}

impl Readiness {
    /// Starts healthy: the database has just been opened.
    pub(super) fn new(db: &Db, clock: Clock, clock_check: ClockCheck, node: Arc<str>) -> Self {
        let (db, started) = (db.apart(), clock.now());
        Self { db, clock, started, clock_check, node, state: Arc::default() }
    }

    /// Probes the database, within 5 s.
    pub async fn probe(&self) -> Result<(), ServiceError> {
        let probe = async {
            self.db.probe(&self.node, self.clock_check.believed_now()).await?;
            let unsealed = self.db.oldest_unsealed_event().await?;
            self.state.has_unsealed.store(unsealed.is_some_and(|event| self.is_late(event)), Ordering::Relaxed);
            Ok(self.db.is_migrated().await)
        };
        let probed = timeout(PROBE_TIMEOUT, probe).await.unwrap_or(Err(StoreError::Unavailable(None)));
        self.state.database_fails.store(probed.is_err(), Ordering::Relaxed);
        self.state.is_outdated.store(!probed?, Ordering::Relaxed);
        Ok(())
    }

    /// Returns whether an event should have been sealed by now. One from before the start may wait for as long as
    /// another, because the lease of a process that was killed has to end first.
    fn is_late(&self, event: AuditId) -> bool {
        self.clock.now().since(event.made_at().max(self.started)) > UNSEALED
    }

    /// Returns whether the last probe succeeded.
    pub fn is_connected(&self) -> bool {
        !self.state.database_fails.load(Ordering::Relaxed)
    }

    /// Marks the process as shutting down, so that no more requests are sent here.
    pub fn stopping(&self) {
        self.state.is_stopping.store(true, Ordering::Relaxed);
    }

    /// Returns whether shutdown has begun. The server still responds, but new requests should go elsewhere.
    pub fn is_stopping(&self) -> bool {
        self.state.is_stopping.load(Ordering::Relaxed)
    }

    /// Returns what is wrong with the database, the clock and the process.
    pub(super) fn reasons(&self) -> Vec<Reason> {
        let state = &self.state;
        let reasons = [
            (&state.is_stopping, Reason::Stopping),
            (&state.database_fails, Reason::Database),
            (&state.is_outdated, Reason::Migrations),
            (&state.has_unsealed, Reason::Unsealed),
        ];
        let reasons = reasons.into_iter().filter(|(holds, _)| holds.load(Ordering::Relaxed)).map(|(_, reason)| reason);
        let clock = self.clock_check.keeps_requests_away();
        reasons.chain(clock.map(|keeps_requests_away| Reason::Clock { keeps_requests_away })).collect()
    }
}

impl Reason {
    /// Returns whether requests should go to other nodes.
    pub fn keeps_requests_away(self) -> bool {
        !matches!(self, Self::Clock { keeps_requests_away: false })
    }
}

/// Formats the reason for `/ready`.
impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Database => f.write_str("database"),
            Self::Migrations => f.write_str("migrations"),
            Self::Revocations => f.write_str("revocations"),
            Self::Clock { .. } => f.write_str("clock"),
            Self::Unsealed => f.write_str("audit"),
            Self::Job(name) => write!(f, "jobs:{name}"),
            Self::Stopping => f.write_str("stopping"),
        }
    }
}
