//! Ends the user's own sessions.

use super::SessionService;
use crate::{
    model::{EndReason, SessionId, UserId},
    server::{
        domain::{Actor, AuditAction, AuditEvent, SessionChange},
        services::{Authenticated, Caller, ServiceError, to_the_end},
        store::EndedSession,
    },
};

impl SessionService {
    /// Signs a session out. Returns `None` if it had already ended.
    pub async fn sign_out(
        &self,
        id: SessionId,
        owner: UserId,
        caller: &Caller,
    ) -> Result<Option<EndedSession>, ServiceError> {
        let event = self.inner.core.event(caller, AuditAction::SignedOut, Actor::User(owner), Some(owner));
        self.end_one(id, owner, EndReason::SignedOut, event).await
    }

    /// Ends one of the user's own sessions. Returns `None` if there is no such live session.
    pub async fn end(
        &self,
        id: SessionId,
        who: &Authenticated,
        caller: &Caller,
    ) -> Result<Option<EndedSession>, ServiceError> {
        let owner = who.claims.user;
        let event = self.inner.core.event(caller, AuditAction::SessionEnded, who.actor(), Some(owner));
        self.end_one(id, owner, EndReason::Revoked, event).await
    }

    async fn end_one(
        &self,
        id: SessionId,
        owner: UserId,
        reason: EndReason,
        event: AuditEvent,
    ) -> Result<Option<EndedSession>, ServiceError> {
        let sessions = self.clone();
        to_the_end(async move {
            let ended = sessions.inner.core.db.end_session(id, Some(owner), reason, None, event).await?;
            sessions.ended(ended.as_slice());
            Ok(ended)
        })
        .await
    }

    /// Ends all of the user's sessions except the current one. Returns how many ended.
    pub async fn end_others(&self, who: &Authenticated, caller: &Caller) -> Result<usize, ServiceError> {
        let (sessions, user, spared) = (self.clone(), who.claims.user, who.claims.session);
        let event = self.inner.core.event(caller, AuditAction::OtherSessionsEnded, who.actor(), Some(user));
        to_the_end(async move {
            let db = &sessions.inner.core.db;
            let ended = db.end_other_sessions(user, spared, EndReason::Revoked, event).await?;
            sessions.ended(&ended);
            Ok(ended.len())
        })
        .await
    }

    /// Publishes a change of a session on this node.
    pub(in crate::server::services) fn publish(&self, id: SessionId, user: UserId, change: SessionChange) {
        self.inner.events.publish(self.inner.core.now(), id, user, change);
    }

    /// Revokes sessions that have ended in the database on this node at once, and publishes the events.
    pub(in crate::server::services) fn ended(&self, sessions: &[EndedSession]) {
        self.inner.revocations.add_sessions(sessions);
        let now = self.inner.core.now();
        for session in sessions {
            self.inner.events.publish(now, session.id, session.user_id, SessionChange::Ended(session.end_reason));
        }
    }
}
