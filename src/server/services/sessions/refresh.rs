//! Refreshes sessions: applies the rotation rule to the store.

use super::{Inner, Tokens};
use crate::{
    model::{EndReason, Page, RiskSignal, SessionKind, Timestamp},
    server::{
        domain::{Actor, AuditAction, Session},
        services::{
            Caller, MailTemplate,
            events::SessionChange,
            tokens::{RefreshToken, Verdict, verdict},
        },
        store::{NewMail, Rotation, StoreError},
    },
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

impl Inner {
    /// Refreshes the session of a genuine token: rotates it, or lets the rotation rule decide.
    pub(super) async fn renew(
        &self,
        token: RefreshToken,
        door: SessionKind,
        caller: &Caller,
    ) -> Result<Tokens, RefreshError> {
        let now = self.core.now();
        let session = self.core.db.find_session(token.session).await.map_err(refuse)?;
        let session = session.filter(|session| session.kind == door).ok_or(RefreshError::Revoked)?;
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
                self.events.publish(now, token.session, rotated.session.user_id, SessionChange::Renewed);
                let known = &rotated.session;
                if known.network != caller.network.as_str() || known.agent != caller.agent {
                    self.touches.renewed(token.session, caller, now);
                }
                self.hand_out(rotated, now, access_until)
            }
            None => self.judge(token, access_until, caller, now).await,
        }
    }

    /// Applies the rotation rule to a token that the store did not rotate.
    async fn judge(
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
                        return self.hand_out(rotated, now, access_until);
                    }
                }
            }
        }
        Err(RefreshError::Unavailable)
    }

    /// Ends a session because of its refresh token and notifies the owner of reuse.
    async fn end_family(&self, session: &Session, reason: EndReason, caller: &Caller) -> Result<Tokens, RefreshError> {
        let mut event = self.core.event(caller, AuditAction::SessionReplayed, Actor::System, Some(session.user_id));
        event.details = serde_json::json!({ "session": session.id.to_string(), "reason": reason.into_str() });
        let notice = self.theft_notice(session, reason, caller).await.map_err(refuse)?;
        let ended = self.core.db.end_session(session.id, None, reason, notice, event).await.map_err(refuse)?;
        self.core.mail.wake();
        if let Some(ended) = ended {
            tracing::warn!(session = %ended.id, %reason, "a refresh token came back: its session has ended");
            let now = self.core.now();
            self.revocations.add_sessions(std::slice::from_ref(&ended));
            if reason == EndReason::Replayed {
                self.events.publish(now, ended.id, ended.user_id, SessionChange::Suspected(RiskSignal::Replayed));
            }
            self.events.publish(now, ended.id, ended.user_id, SessionChange::Ended(reason));
        }
        Err(RefreshError::Revoked)
    }

    /// Builds the mail to the owner about refresh token reuse. An unknown generation means a restored backup,
    /// not reuse.
    async fn theft_notice(
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
            tracing::error!(cause = ?other, "a renewal failed");
            RefreshError::Internal
        }
    }
}
