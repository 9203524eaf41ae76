//! The monitor: constantly looks at the sessions of everyone signed in, ends what is due, and shows the
//! rest. Its work grows with what is due, not with what is alive.

mod ending;
mod list;
mod question;
mod view;

use super::{Core, Events, Limits, ServiceError, Sessions};
use crate::server::store::StoreError;
pub use ending::Ending;
pub use list::{Cursor, SessionQuery, StateFilter};
use std::{sync::Arc, time::Duration};
use tokio::{sync::Notify, task::JoinHandle, time::MissedTickBehavior};

/// How often this node looks for what others have written, even if nobody wakes it.
const POLL: Duration = Duration::from_millis(500);
/// How long it waits before it listens anew for who wakes it.
const LISTEN_AGAIN: Duration = Duration::from_secs(1);
/// How often it looks for sessions that are due, and forgets callers whose budgets are whole.
const TICK: Duration = Duration::from_secs(1);
/// How often it forgets what is past its time.
const SWEEP: Duration = Duration::from_mins(1);
/// How many due sessions end in one piece.
const PIECE: i64 = 500;

/// Ends what is due, and keeps this node's knowledge fresh.
#[derive(Clone)]
pub struct Monitor {
    core: Arc<Core>,
    sessions: Sessions,
    limits: Limits,
    events: Events,
}

impl Monitor {
    pub(super) fn new(core: Arc<Core>, sessions: Sessions, limits: Limits, events: Events) -> Self {
        Self { core, sessions, limits, events }
    }

    /// What happens to sessions.
    pub fn events(&self) -> &Events {
        &self.events
    }

    /// Starts looking, until the handles are dropped or aborted.
    pub fn start(&self) -> Vec<JoinHandle<()>> {
        let (listener, ticker, sweeper) = (self.clone(), self.clone(), self.clone());
        vec![
            tokio::spawn(async move { listener.listen().await }),
            tokio::spawn(every(TICK, move || {
                let monitor = ticker.clone();
                async move {
                    monitor.limits.forget();
                    monitor.end_due().await?;
                    Ok(monitor.events.write_figures().await?)
                }
            })),
            tokio::spawn(every(SWEEP, move || {
                let monitor = sweeper.clone();
                async move { Ok(monitor.core.db.sweep(monitor.core.now()).await?) }
            })),
        ]
    }

    /// Looks for what others have written: twice a second, and at once when another node says so.
    async fn listen(self) {
        let woken = Notify::new();
        tokio::join!(self.hear(&woken), async {
            loop {
                if let Err(error) = self.look().await {
                    tracing::warn!(cause = ?error, "what other nodes wrote was not read");
                }
                let _ = tokio::time::timeout(POLL, woken.notified()).await;
            }
        });
    }

    /// Listens to other nodes, for ever.
    async fn hear(&self, woken: &Notify) {
        loop {
            if let Err(error) = self.follow_wakes(woken).await {
                tracing::warn!(cause = ?error, "other nodes are not heard; what they write is found by looking");
            }
            tokio::time::sleep(LISTEN_AGAIN).await;
        }
    }

    async fn follow_wakes(&self, woken: &Notify) -> Result<(), StoreError> {
        let mut wakes = self.core.db.listen().await?;
        loop {
            // Also before the first: something may have been written before this node listened.
            woken.notify_one();
            wakes.wait().await?;
        }
    }

    /// Looks once for what others have written.
    pub async fn look(&self) -> Result<(), ServiceError> {
        self.sessions.revocations().poll().await?;
        Ok(self.events.hear_others().await?)
    }

    /// Ends every session whose sliding or absolute life is over. Answers how many.
    pub async fn end_due(&self) -> Result<usize, ServiceError> {
        let mut count = 0;
        loop {
            let now = self.core.now();
            if !self.core.db.has_due_sessions(now).await? {
                return Ok(count);
            }
            let ended = self.core.db.end_due_sessions(PIECE, now).await?;
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
