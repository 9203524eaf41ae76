//! What works right now, for those who watch over the server.

use super::{ClockCheck, ServiceError};
use crate::server::store::{Db, StoreError};
use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::time::timeout;

/// How long the database may take to show that it works.
const PROBE_TIMEOUT: Duration = Duration::from_secs(5);

/// What is wrong here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The database does not take or give what it should.
    Database,
    /// The database is not of this version.
    Migrations,
    /// This node does not know what was revoked lately, and refuses signed-in requests.
    Revocations,
    /// The clock is not believed.
    Clock { keeps_requests_away: bool },
    /// A job keeps failing.
    Job(&'static str),
    /// The process was told to stop.
    Stopping,
}

/// What is known of the database and the process without asking. Cheap to clone.
#[derive(Clone)]
pub struct Readiness {
    db: Db,
    clock_check: ClockCheck,
    node: Arc<str>,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    database_fails: AtomicBool,
    is_outdated: AtomicBool,
    is_stopping: AtomicBool,
}

impl Readiness {
    /// Of a database that has just been opened and worked.
    pub(super) fn new(db: &Db, clock_check: ClockCheck, node: Arc<str>) -> Self {
        let db = db.apart();
        Self { db, clock_check, node, state: Arc::default() }
    }

    /// Finds out whether the database works: within 5 s.
    pub async fn probe(&self) -> Result<(), ServiceError> {
        let probe = async {
            self.db.probe(&self.node, self.clock_check.believed_now()).await?;
            Ok(self.db.is_migrated().await)
        };
        let probed = timeout(PROBE_TIMEOUT, probe).await.unwrap_or(Err(StoreError::Unavailable(None)));
        self.state.database_fails.store(probed.is_err(), Ordering::Relaxed);
        self.state.is_outdated.store(!probed?, Ordering::Relaxed);
        Ok(())
    }

    /// Whether the database worked when it was last probed.
    pub fn is_connected(&self) -> bool {
        !self.state.database_fails.load(Ordering::Relaxed)
    }

    /// Says that the process stops: no more requests should be sent here.
    pub fn stopping(&self) {
        self.state.is_stopping.store(true, Ordering::Relaxed);
    }

    /// Whether a stop has begun: others should be asked from now on, though this server still answers.
    pub fn is_stopping(&self) -> bool {
        self.state.is_stopping.load(Ordering::Relaxed)
    }

    /// What is wrong with database, clock and process.
    pub(super) fn reasons(&self) -> Vec<Reason> {
        let state = &self.state;
        let reasons = [
            (&state.is_stopping, Reason::Stopping),
            (&state.database_fails, Reason::Database),
            (&state.is_outdated, Reason::Migrations),
        ];
        let reasons = reasons.into_iter().filter(|(holds, _)| holds.load(Ordering::Relaxed)).map(|(_, reason)| reason);
        let clock = self.clock_check.keeps_requests_away();
        reasons.chain(clock.map(|keeps_requests_away| Reason::Clock { keeps_requests_away })).collect()
    }
}

impl Reason {
    /// Whether requests should be sent elsewhere.
    pub fn keeps_requests_away(self) -> bool {
        !matches!(self, Self::Clock { keeps_requests_away: false })
    }
}

/// As `/ready` says it.
impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Database => f.write_str("database"),
            Self::Migrations => f.write_str("migrations"),
            Self::Revocations => f.write_str("revocations"),
            Self::Clock { .. } => f.write_str("clock"),
            Self::Job(name) => write!(f, "jobs:{name}"),
            Self::Stopping => f.write_str("stopping"),
        }
    }
}
