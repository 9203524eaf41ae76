//! The monitor: constantly looks at the sessions of everyone signed in, ends what is due, and shows the
//! rest. Its work grows with what is due, not with what is alive.

mod ending;
mod list;
mod question;
mod view;

use super::{Core, Events, Limits, Retention, ServiceError, Sessions};
use crate::server::store::StoreError;
pub use ending::Ending;
pub use list::{Cursor, SessionQuery, StateFilter};
use std::{fmt::Debug, sync::Arc, time::Duration};
use tokio::{sync::Notify, task::JoinHandle, time::MissedTickBehavior};

/// How often this node looks for what others have written, even if nobody wakes it.
const POLL: Duration = Duration::from_millis(500);
/// How long a look may take.
const PATIENCE: Duration = Duration::from_secs(3);
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
    retention: Retention,
}

impl Monitor {
    pub(super) fn new(
        core: Arc<Core>,
        sessions: Sessions,
        limits: Limits,
        events: Events,
        retention: Retention,
    ) -> Self {
        Self { core, sessions, limits, events, retention }
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
                    monitor.core.db.cut_log().await?;
                    Ok(monitor.events.write_figures().await?)
                }
            })),
            tokio::spawn(every(SWEEP, move || {
                let monitor = sweeper.clone();
                async move { monitor.retention.sweep().await }
            })),
        ]
    }

    /// Looks for what others have written: twice a second, and at once when another node says so.
    async fn listen(self) {
        let woken = Notify::new();
        tokio::join!(self.hear(&woken), async {
            let mut trouble = Trouble::default();
            loop {
                trouble.note(&self.look().await, "what other nodes wrote is not read");
                let _ = tokio::time::timeout(POLL, woken.notified()).await;
            }
        });
    }

    /// Listens to other nodes, for ever.
    async fn hear(&self, woken: &Notify) {
        let mut trouble = Trouble::default();
        loop {
            let heard = self.follow_wakes(woken, &mut trouble).await;
            trouble.note(&heard, "other nodes are not heard; what they write is found by looking");
            tokio::time::sleep(LISTEN_AGAIN).await;
        }
    }

    async fn follow_wakes(&self, woken: &Notify, trouble: &mut Trouble) -> Result<(), StoreError> {
        let mut wakes = self.core.db.listen().await?;
        trouble.note(&Ok::<_, StoreError>(()), "");
        loop {
            // Also before the first: something may have been written before this node listened.
            woken.notify_one();
            wakes.wait().await?;
        }
    }

    /// Looks once for what others have written.
    pub async fn look(&self) -> Result<(), ServiceError> {
        let look = async {
            self.sessions.revocations().poll().await?;
            Ok(self.events.hear_others().await?)
        };
        // A connection that went silent is given up: the next look gets another.
        let in_time = tokio::time::timeout(PATIENCE, look).await;
        in_time.unwrap_or(Err(ServiceError::Unavailable(StoreError::Unavailable(None))))
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
    let mut trouble = Trouble::default();
    loop {
        ticks.tick().await;
        trouble.note(&work().await, "background work is tried again and again");
    }
}

/// Tells the log of what fails again and again when it begins and when it is over, and not each time.
#[derive(Default)]
struct Trouble {
    is_known: bool,
}

impl Trouble {
    fn note<T, E: Debug>(&mut self, done: &Result<T, E>, what: &'static str) {
        match done {
            Err(error) if !self.is_known => tracing::warn!(cause = ?error, "{what}"),
            Ok(_) if self.is_known => tracing::info!("background work that failed goes on"),
            _ => {}
        }
        self.is_known = done.is_err();
    }
}
