//! The monitor: watches all sessions, ends those that are due, and shows the rest. Its work grows with the
//! due sessions, not with the live ones.

mod ending;
mod list;
mod question;
mod view;

use super::{Core, Events, ServiceError, SessionService};
use crate::server::store::StoreError;
pub use ending::Ending;
pub use list::{SessionHistory, SessionPage, SessionQuery};
use std::{sync::Arc, time::Duration};
use tokio::sync::Notify;

/// How long a poll may take.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long to wait before listening again after a failure.
const LISTEN_AGAIN: Duration = Duration::from_secs(1);
/// How many sessions end in one transaction.
const PIECE: i64 = 500;

/// Ends due sessions and polls for what other nodes have written.
#[derive(Clone)]
pub struct MonitorService {
    core: Arc<Core>,
    sessions: SessionService,
    events: Events,
    woken: Arc<Notify>,
}

impl MonitorService {
    pub(super) fn new(core: Arc<Core>, sessions: SessionService, events: Events) -> Self {
        Self { core, sessions, events, woken: Arc::default() }
    }

    /// Returns the session events.
    pub fn events(&self) -> &Events {
        &self.events
    }

    /// Notified when another node has written something.
    pub(super) fn woken(&self) -> &Notify {
        &self.woken
    }

    /// Listens to other nodes' notifications, forever. Polling finds the same writes, so a failure here does
    /// not make the node unready.
    pub(super) async fn listen(&self) -> Result<(), ServiceError> {
        let mut is_heard = true;
        loop {
            let Err(error) = self.follow_notifications(&mut is_heard).await else { return Ok(()) };
            if is_heard {
                tracing::warn!(cause = ?error, "not listening to other nodes; polling for their events");
            }
            is_heard = false;
            tokio::time::sleep(LISTEN_AGAIN).await;
        }
    }

    async fn follow_notifications(&self, is_heard: &mut bool) -> Result<(), StoreError> {
        let mut notifications = self.core.db.listen().await?;
        if !*is_heard {
            tracing::info!("listening to other nodes again");
        }
        *is_heard = true;
        loop {
            // Also notifies before the first wait: something may have been written before listening began.
            self.woken.notify_one();
            notifications.wait().await?;
        }
    }

    /// Polls once for what other nodes have written.
    pub async fn look(&self) -> Result<(), ServiceError> {
        let look = async {
            self.sessions.revocations().poll().await?;
            Ok(self.events.publish_others().await?)
        };
        // Gives up a connection that went silent; the next poll gets another.
        let in_time = tokio::time::timeout(PATIENCE, look).await;
        in_time.unwrap_or(Err(ServiceError::Unavailable(StoreError::Unavailable(None))))
    }

    /// Ends every session past its sliding or absolute lifetime, and none while the clock is not trusted,
    /// because an ended session can't be resumed. Returns how many ended.
    pub async fn end_due(&self) -> Result<usize, ServiceError> {
        let mut count = 0;
        loop {
            let Some(now) = self.core.clock_check.believed_now() else { return Ok(count) };
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
