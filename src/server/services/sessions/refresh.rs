//! Refreshes sessions: applies the rotation rule to the store.

use super::{InFlight, Inner, SessionService, Tokens};
use crate::{
    model::{EndReason, Page, RiskSignal, SessionId, SessionKind, Timestamp, UserId},
    server::{
        domain::{Actor, AuditAction, Session, SessionChange},
        services::{
            Authenticated, Caller, MailTemplate, ServiceError,
            tokens::{Claims, RefreshToken, Verdict, verdict},
        },
        store::{NewMail, Rotation, StoreError},
    },
};
use futures::FutureExt;
use std::{
    panic::AssertUnwindSafe,
    sync::{Arc, PoisonError},
};

/// Why a refresh failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RefreshError {
    /// Malformed or forged. Final.
    #[error("Invalid token")]
    Invalid,
    /// Ended, reused or of the other session kind. Final.
    #[error("Token revoked")]
    Revoked,
    /// Temporarily unavailable. The token stays valid.
    #[error("Service busy")]
    Unavailable,
    /// Temporary failure; the cause is in the log.
    #[error("Internal server error")]
    Internal,
}

impl SessionService {
    /// Refreshes a session of this kind. Concurrent refreshes with the same token share one task, which a
    /// caller who leaves does not cancel.
    pub async fn refresh(&self, text: &str, kind: SessionKind, caller: &Caller) -> Result<Tokens, RefreshError> {
        let refreshed = match self.inner.refresh.read(text) {
            Ok(token) => self.join_or_start(token, kind, caller).await,
            Err(_) => Err(RefreshError::Invalid),
        };
        if matches!(refreshed, Err(RefreshError::Invalid | RefreshError::Revoked)) {
            self.inner.events.count_rejection();
        }
        refreshed
    }

    /// Returns the session of a genuine refresh token, whether live or not.
    pub fn of_token(&self, text: &str) -> Option<SessionId> {
        self.inner.refresh.read(text).ok().map(|token| token.session)
    }

    /// Refreshes if less than half of the access token's life is left; otherwise returns `None`.
    pub async fn refresh_early(
        &self,
        refresh_token: &str,
        user: &Authenticated,
        caller: &Caller,
    ) -> Result<Option<Tokens>, RefreshError> {
        let Claims { issued_at, expires_at, .. } = user.claims;
        if expires_at.since(self.inner.core.now()) * 2 > expires_at.since(issued_at) {
            return Ok(None);
        }
        self.refresh(refresh_token, user.kind, caller).await.map(Some)
    }

    /// Returns the generation of a genuine refresh token: how often its session had been refreshed before it
    /// was issued.
    pub fn generation_of(&self, text: &str) -> Option<i64> {
        self.inner.refresh.read(text).ok().map(|token| token.generation)
    }

    /// Returns the user of a genuine refresh token, if its session has not ended.
    pub async fn owner_of(&self, text: &str) -> Result<Option<UserId>, ServiceError> {
        let Some(id) = self.of_token(text) else { return Ok(None) };
        let session = self.inner.core.db.find_session(id).await?;
        Ok(session.filter(|session| session.end.is_none()).map(|session| session.user_id))
    }

    /// Joins the in-flight refresh of this token, or starts one.
    fn join_or_start(&self, token: RefreshToken, kind: SessionKind, caller: &Caller) -> InFlight {
        // Held until the new entry is in: the task removes the entry under the same lock, so never too early.
        let mut flights = self.inner.flights.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(flight) = flights.get(&(token, kind)) {
            return flight.clone();
        }
        let (inner, caller) = (Arc::clone(&self.inner), caller.clone());
        let task = tokio::spawn(async move {
            // Callers get a response even after a panic, and the entry is removed, so the next caller does
            // not find it.
            let refreshing = AssertUnwindSafe(inner.refresh_session(token, kind, &caller)).catch_unwind();
            let finished = refreshing.await.unwrap_or(Err(RefreshError::Internal));
            inner.flights.lock().unwrap_or_else(PoisonError::into_inner).remove(&(token, kind));
            finished
        });
        let flight: InFlight = task.map(|finished| finished.unwrap_or(Err(RefreshError::Internal))).boxed().shared();
        flights.insert((token, kind), flight.clone());
        flight
    }
}

impl Inner {
    /// Refreshes the session of a genuine token: rotates it, or lets the rotation rule decide.
    pub(super) async fn refresh_session(
        &self,
        token: RefreshToken,
        kind: SessionKind,
        caller: &Caller,
    ) -> Result<Tokens, RefreshError> {
        let now = self.core.now();
        let session = self.core.db.find_session(token.session).await.map_err(refuse)?;
        let session = session.filter(|session| session.kind == kind).ok_or(RefreshError::Revoked)?;
        let longest = now + self.lives.session_ttl;
        let rotation = Rotation {
            session: token.session,
            generation: token.generation,
            grace_from: now - self.lives.refresh_grace,
            // No part of a session outlives it, also where the settings were shortened since it began.
            idle_until: (now + self.lives.refresh_ttl).min(longest),
            longest,
            access_until: (now + self.access_life(session.kind)).min(longest),
            network: caller.network.to_string(),
            agent: caller.agent.clone(),
            now,
        };
        let access_until = rotation.access_until;
        match self.core.db.rotate_session(rotation).await.map_err(refuse)? {
            Some(rotated) => {
                self.events.publish(now, token.session, rotated.session.user_id, SessionChange::Refreshed);
                let known = &rotated.session;
                if known.network != caller.network.as_str() || known.agent != caller.agent {
                    self.last_seen.record_refresh(token.session, caller, now);
                }
                self.issue_tokens(rotated, now, access_until)
            }
            None => self.classify(token, access_until, caller, now).await,
        }
    }

    /// Applies the rotation rule to a token that the store did not rotate.
    async fn classify(
        &self,
        token: RefreshToken,
        access_until: Timestamp,
        caller: &Caller,
        now: Timestamp,
    ) -> Result<Tokens, RefreshError> {
        // Each round means that another request rotated in between; even a second round is rare.
        for _ in 0..8 {
            let session =
                self.core.db.find_session(token.session).await.map_err(refuse)?.ok_or(RefreshError::Revoked)?;
            match verdict(&session, token.generation, self.lives.refresh_grace, now) {
                Verdict::Ended => return Err(RefreshError::Revoked),
                Verdict::Reuse => return self.end_family(&session, EndReason::Replayed, caller).await,
                Verdict::UnknownGeneration => {
                    return self.end_family(&session, EndReason::UnknownGeneration, caller).await;
                }
                Verdict::Repeat => {
                    let reissued = self.core.db.reissue_access(session.id, session.generation, access_until, now).await;
                    if let Some(rotated) = reissued.map_err(refuse)? {
                        return self.issue_tokens(rotated, now, access_until);
                    }
                }
            }
        }
        Err(RefreshError::Unavailable)
    }

    /// Ends a session because of its refresh token and notifies the owner of reuse.
    async fn end_family(&self, session: &Session, reason: EndReason, caller: &Caller) -> Result<Tokens, RefreshError> {
        let mut event = self.core.event(caller, AuditAction::SessionReplayed, Actor::System, Some(session.user_id));
        event.details["reason"] = reason.into_str().into();
        let notice = self.reuse_notice(session, reason, caller).await.map_err(refuse)?;
        let ended = self.core.db.end_session(session.id, None, reason, notice, event).await.map_err(refuse)?;
        self.core.mail.wake();
        if let Some(ended) = ended {
            tracing::warn!(session = %ended.id, %reason, "refresh token reuse detected; session ended");
            let now = self.core.now();
            self.revocations.add_sessions(std::slice::from_ref(&ended));
            if reason == EndReason::Replayed {
                self.events.publish(now, ended.id, ended.user_id, SessionChange::Flagged(RiskSignal::Replayed));
            }
            self.events.publish(now, ended.id, ended.user_id, SessionChange::Ended(reason));
        }
        Err(RefreshError::Revoked)
    }

    /// Builds the mail to the owner about refresh token reuse. An unknown generation means a restored backup,
    /// not reuse.
    async fn reuse_notice(
        &self,
        session: &Session,
        reason: EndReason,
        caller: &Caller,
    ) -> Result<Option<NewMail>, StoreError> {
        if reason != EndReason::Replayed {
            return Ok(None);
        }
        let user = self.core.db.find_user(session.user_id).await?;
        let template = MailTemplate::TokenReused {
            network: caller.network.to_string(),
            forgot_password: self.core.links.page(Page::ForgotPassword),
        };
        Ok(user.map(|user| self.core.mail.notice(&user.email, &template)))
    }
}

fn refuse(error: StoreError) -> RefreshError {
    match error {
        StoreError::Unavailable(_) => RefreshError::Unavailable,
        // The user is banned or gone.
        StoreError::Forbidden | StoreError::Missing => RefreshError::Revoked,
        other => {
            tracing::error!(cause = ?other, "refresh failed");
            RefreshError::Internal
        }
    }
}
