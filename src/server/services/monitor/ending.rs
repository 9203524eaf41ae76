//! Ends sessions of any user, for callers with the permission.

use super::{MonitorService, PIECE};
use crate::{
    model::{EndReason, SessionId, UserId},
    server::{
        domain::{Actor, AuditAction, AuditEvent},
        services::{Caller, ServiceError, to_the_end},
        store::{EndedSession, EndingOf},
    },
};
use serde_json::json;

/// Which sessions to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    One(SessionId),
    OfUser(UserId),
    /// Every session except this one.
    AllBut(SessionId),
    All,
}

impl MonitorService {
    /// Ends sessions and revokes them from their next request on. Returns how many ended, or `None` if there
    /// is no such session or user.
    #[tracing::instrument(skip_all)]
    pub async fn end(&self, which: Ending, by: Actor, caller: &Caller) -> Result<Option<usize>, ServiceError> {
        let (monitor, caller) = (self.clone(), caller.clone());
        to_the_end(async move {
            match which {
                Ending::One(id) => monitor.end_one(id, by, &caller).await,
                Ending::OfUser(user) if monitor.core.db.find_user(user).await?.is_none() => Ok(None),
                Ending::OfUser(user) => monitor.end_all(EndingOf::User(user), by, &caller).await.map(Some),
                Ending::AllBut(spared) => monitor.end_all(EndingOf::Others(Some(spared)), by, &caller).await.map(Some),
                Ending::All => monitor.end_all(EndingOf::Others(None), by, &caller).await.map(Some),
            }
        })
        .await
    }

    async fn end_one(&self, id: SessionId, by: Actor, caller: &Caller) -> Result<Option<usize>, ServiceError> {
        let event = self.core.event(caller, AuditAction::SessionEnded, by, None);
        let ended = self.core.db.end_session(id, None, EndReason::Revoked, None, event).await?;
        Ok(ended.map(|session| self.publish_ended(&[session])))
    }

    /// Ends sessions in batches, so that other writes do not wait long.
    async fn end_all(&self, of: EndingOf, by: Actor, caller: &Caller) -> Result<usize, ServiceError> {
        let (mut count, mut event) = (0, Some(self.event(of, by, caller)));
        while let Some(ended) = self.core.db.end_sessions(of, PIECE, by, event.take(), self.core.now()).await? {
            count += self.publish_ended(&ended);
        }
        Ok(count)
    }

    fn event(&self, of: EndingOf, by: Actor, caller: &Caller) -> AuditEvent {
        let (subject, whose) = match of {
            EndingOf::User(user) => (Some(user), "user"),
            EndingOf::Others(Some(_)) => (None, "others"),
            EndingOf::Others(None) => (None, "all"),
        };
        let mut event = self.core.event(caller, AuditAction::SessionsEnded, by, subject);
        event.details = json!({ "of": whose });
        event
    }

    fn publish_ended(&self, ended: &[EndedSession]) -> usize {
        self.sessions.ended(ended);
        ended.len()
    }
}
