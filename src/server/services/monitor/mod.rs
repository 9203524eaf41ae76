//! The monitor: constantly looks at the sessions of everyone signed in, ends what is due, and shows the
//! rest. Its work grows with what is due, not with what is alive.

mod ending;
mod list;
mod question;
mod view;

use super::{Core, Events, ServiceError, Sessions};
use crate::server::store::StoreError;
pub use ending::Ending;
pub use list::{Cursor, SessionQuery, StateFilter};
use std::{sync::Arc, time::Duration};
use tokio::sync::Notify;

/// How long a look may take.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long it waits before it listens anew for who wakes it.
const LISTEN_AGAIN: Duration = Duration::from_secs(1);
/// How many due sessions end in one piece.
const PIECE: i64 = 500;

/// Ends what is due, and keeps this node's knowledge fresh.
#[derive(Clone)]
pub struct Monitor {
    core: Arc<Core>,
    sessions: Sessions,
    events: Events,
    woken: Arc<Notify>,
}

impl Monitor {
    pub(super) fn new(core: Arc<Core>, sessions: Sessions, events: Events) -> Self {
        Self { core, sessions, events, woken: Arc::default() }
    }

    /// What happens to sessions.
    pub fn events(&self) -> &Events {
        &self.events
    }

    /// Is notified when another node says that it has written something.
    pub(super) fn woken(&self) -> &Notify {
        &self.woken
    }

    /// Listens to other nodes, for ever. Without it what they write is found by looking, so its failures are no
    /// reason to send requests elsewhere.
    pub(super) async fn listen(&self) -> Result<(), ServiceError> {
        let mut is_heard = true;
        loop {
            let Err(error) = self.follow_wakes(&mut is_heard).await else { return Ok(()) };
            if is_heard {
                tracing::warn!(cause = ?error, "other nodes are not heard; what they write is found by looking");
            }
            is_heard = false;
            tokio::time::sleep(LISTEN_AGAIN).await;
        }
    }

    async fn follow_wakes(&self, is_heard: &mut bool) -> Result<(), StoreError> {
        let mut wakes = self.core.db.listen().await?;
        if !*is_heard {
            tracing::info!("other nodes are heard again");
        }
        *is_heard = true;
        loop {
            // Also before the first: something may have been written before this node listened.
            self.woken.notify_one();
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

    /// Ends every session whose sliding or absolute life is over: none while the clock is not believed, because
    /// nobody could begin them again. Answers how many.
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
