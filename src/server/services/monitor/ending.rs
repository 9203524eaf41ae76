//! Ending sessions of anybody, by somebody who may.

use super::{Monitor, PIECE};
use crate::{
    model::{EndReason, SessionId, Timestamp, UserId},
    server::{
        services::{Caller, ServiceError},
        store::{Action, Actor, AuditEvent, EndedSession, EndingOf, StoreError},
    },
};
use serde_json::json;

/// Which sessions end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    One(SessionId),
    OfUser(UserId),
    /// Everybody's but this one.
    AllBut(SessionId),
    All,
}

impl Monitor {
    /// Ends sessions; each is refused from its very next request on. Answers how many, or none if there is no
    /// such session or user. Sessions that begin while this runs are left alone.
    #[tracing::instrument(skip_all)]
    pub async fn end(&self, which: Ending, by: UserId, caller: &Caller) -> Result<Option<usize>, ServiceError> {
        match which {
            Ending::One(id) => self.end_one(id, by, caller).await,
            Ending::OfUser(user) => self.end_of_user(user, by, caller).await,
            Ending::AllBut(spared) => self.end_all(Some(spared), by, caller).await.map(Some),
            Ending::All => self.end_all(None, by, caller).await.map(Some),
        }
    }

    async fn end_one(&self, id: SessionId, by: UserId, caller: &Caller) -> Result<Option<usize>, ServiceError> {
        let mut event = self.core.event(caller, Action::SessionEnded, Actor::User(by), None);
        event.details = json!({ "session": id.to_string() });
        let ended = self.core.db.end_session(id, None, EndReason::Revoked, None, event).await?;
        Ok(ended.map(|session| self.tell(&[session])))
    }

    async fn end_of_user(&self, user: UserId, by: UserId, caller: &Caller) -> Result<Option<usize>, ServiceError> {
        if self.core.db.find_user(user).await?.is_none() {
            return Ok(None);
        }
        let mut event = self.core.event(caller, Action::SessionsEnded, Actor::User(by), Some(user));
        event.details = json!({ "of": "user" });
        let now = event.at;
        let ended = self.core.db.end_sessions(EndingOf::User(user), 0, now, Actor::User(by), Some(event), now).await?;
        Ok(Some(self.tell(&ended)))
    }

    /// Piece by piece, so that nobody else's write waits long; to the end even if whoever asked has left.
    async fn end_all(&self, spared: Option<SessionId>, by: UserId, caller: &Caller) -> Result<usize, ServiceError> {
        let mut event = self.core.event(caller, Action::SessionsEnded, Actor::User(by), None);
        event.details = json!({ "of": if spared.is_some() { "everybody else" } else { "everybody" } });
        let (monitor, began) = (self.clone(), event.at);
        let done = tokio::spawn(async move {
            let (mut count, mut event) = (0, Some(event));
            loop {
                let ended = monitor.end_piece(spared, began, by, event.take()).await?;
                if ended.is_empty() {
                    return Ok(count);
                }
                count += monitor.tell(&ended);
            }
        });
        done.await.map_err(|_| ServiceError::Internal(StoreError::BrokenOff))?
    }

    async fn end_piece(
        &self,
        spared: Option<SessionId>,
        began: Timestamp,
        by: UserId,
        event: Option<AuditEvent>,
    ) -> Result<Vec<EndedSession>, ServiceError> {
        let (of, now) = (EndingOf::Others(spared), self.core.now());
        Ok(self.core.db.end_sessions(of, PIECE, began, Actor::User(by), event, now).await?)
    }

    fn tell(&self, ended: &[EndedSession]) -> usize {
        self.sessions.ended(ended);
        ended.len()
    }
}
