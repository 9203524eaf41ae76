//! The monitor: constantly looks at the sessions of everyone signed in, and ends what is due. Its
//! work grows with what is due, not with what is alive.

use super::{Events, Limits, ServiceError, Sessions};
use crate::server::{clock::Clock, store::Db};
use std::time::Duration;
use tokio::{task::JoinHandle, time::MissedTickBehavior};

/// How often this node looks for what others have revoked.
const POLL: Duration = Duration::from_millis(500);
/// How often it looks for sessions that are due, and forgets callers whose budgets are whole.
const TICK: Duration = Duration::from_secs(1);
/// How often it forgets what is past its time.
const SWEEP: Duration = Duration::from_mins(1);
/// How many due sessions end in one piece.
const PIECE: i64 = 500;

/// Ends what is due, and keeps this node's knowledge fresh.
#[derive(Clone)]
pub struct Monitor {
    sessions: Sessions,
    limits: Limits,
    events: Events,
    db: Db,
    clock: Clock,
}

impl Monitor {
    pub(super) fn new(sessions: Sessions, limits: Limits, events: Events, db: Db, clock: Clock) -> Self {
        Self { sessions, limits, events, db, clock }
    }

    /// The bus and its counters.
    pub fn events(&self) -> &Events {
        &self.events
    }

    /// Starts looking, until the handles are dropped or aborted.
    pub fn start(&self) -> Vec<JoinHandle<()>> {
        let (poller, ticker, sweeper) = (self.clone(), self.clone(), self.clone());
        vec![
            tokio::spawn(every(POLL, move || {
                let monitor = poller.clone();
                async move { Ok(monitor.sessions.revocations().poll().await?) }
            })),
            tokio::spawn(every(TICK, move || {
                let monitor = ticker.clone();
                async move {
                    monitor.limits.forget();
                    monitor.end_due().await.map(drop)
                }
            })),
            tokio::spawn(every(SWEEP, move || {
                let monitor = sweeper.clone();
                async move { Ok(monitor.db.sweep(monitor.clock.now()).await?) }
            })),
        ]
    }

    /// Ends every session whose sliding or absolute life is over. Answers how many.
    pub async fn end_due(&self) -> Result<usize, ServiceError> {
        let mut count = 0;
        loop {
            let now = self.clock.now();
            if !self.db.has_due_sessions(now).await? {
                return Ok(count);
            }
            let ended = self.db.end_due_sessions(PIECE, now).await?;
            if ended.is_empty() {
                return Ok(count);
            }
            count += ended.len();
            self.sessions.ended(&ended);
        }
    }
}

async fn every<F, W>(period: Duration, work: F)
where
    F: Fn() -> W,
    W: Future<Output = Result<(), ServiceError>>,
{
    let mut ticks = tokio::time::interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = work().await {
            tracing::warn!(cause = ?error, "background work will be tried again");
        }
    }
}
