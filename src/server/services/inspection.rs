//! What is in a token that somebody shows, and whether it is good.

use super::{
    Authenticated, Core, Permissions, ServiceError,
    tokens::{AccessTokens, Claims},
};
use crate::{
    model::{Inspected, Permission, SessionEnd, Timestamp, Token, TokenFlaw, User, Verdict},
    server::store::{SessionRow, StoreError},
};
use serde_json::{Map, Value};
use std::sync::Arc;

/// Tells of tokens, without using them.
#[derive(Clone)]
pub struct Inspection {
    core: Arc<Core>,
    access: AccessTokens,
    permissions: Permissions,
}

/// What a token is found to be. One without a flaw is good, right now.
#[derive(Debug)]
pub struct Findings {
    pub flaw: Option<TokenFlaw>,
    /// None if the token can't be read.
    pub header: Option<Map<String, Value>>,
    pub claims: Option<Map<String, Value>>,
    /// The session of a genuine token and its user, if they are still known.
    pub session: Option<(SessionRow, User)>,
}

/// Why nothing is told of a token.
#[derive(Debug, thiserror::Error)]
pub enum InspectionError {
    /// It is genuine, and somebody else's.
    #[error("Forbidden")]
    Forbidden,
    #[error(transparent)]
    Service(#[from] ServiceError),
}

impl From<StoreError> for InspectionError {
    fn from(error: StoreError) -> Self {
        Self::Service(error.into())
    }
}

impl Inspection {
    pub(super) fn new(core: Arc<Core>, access: AccessTokens, permissions: Permissions) -> Self {
        Self { core, access, permissions }
    }

    /// What is to be said of a token to `who`. Of one that is not genuine everybody is told the same.
    pub async fn inspect(&self, text: &str, who: &Authenticated) -> Result<Findings, InspectionError> {
        let token = match Token::read(text) {
            Ok(token) => token,
            Err(flaw) => return Ok(Findings { flaw: Some(flaw), header: None, claims: None, session: None }),
        };
        let (flaw, session) = match self.access.genuine(&token) {
            Ok(claims) => {
                let session = self.session_of(&claims, who).await?;
                (flaw(&token, &claims, session.as_ref(), self.core.now()), session)
            }
            Err(flaw) => (Some(flaw), None),
        };
        let Token { header, claims, .. } = token;
        Ok(Findings { flaw, header: Some(header), claims: Some(claims), session })
    }

    /// The same for a page, which shows of somebody else's what whoever has it can read anyway.
    pub async fn show(&self, text: &str, who: &Authenticated) -> Result<Inspected, ServiceError> {
        match self.inspect(text, who).await {
            Ok(findings) => Ok(findings.into_page()),
            Err(InspectionError::Forbidden) => Ok(Inspected::of(text, Verdict::SomebodyElses)),
            Err(InspectionError::Service(error)) => Err(error),
        }
    }

    async fn session_of(
        &self,
        claims: &Claims,
        who: &Authenticated,
    ) -> Result<Option<(SessionRow, User)>, InspectionError> {
        let may_read = || self.permissions.allow(&who.claims.roles, Permission::SessionsRead);
        if claims.user != who.claims.user && !may_read() {
            return Err(InspectionError::Forbidden);
        }
        let db = &self.core.db;
        let (session, user) = tokio::try_join!(db.find_session(claims.session), db.find_user(claims.user))?;
        Ok(session.filter(|session| session.user_id == claims.user).zip(user))
    }
}

/// What is wrong with a genuine token. Of two things, the one that came first.
fn flaw(token: &Token<'_>, claims: &Claims, found: Option<&(SessionRow, User)>, now: Timestamp) -> Option<TokenFlaw> {
    let ended = found.and_then(|(session, _)| session.ended_at.zip(session.end_reason));
    if let Some((at, reason)) = ended
        && at.min(now) < claims.expires_at
    {
        return Some(if reason.is_theft() { TokenFlaw::Replayed } else { TokenFlaw::Revoked });
    }
    if let Err(flaw) = token.in_time(now) {
        return Some(flaw);
    }
    match found {
        None => Some(TokenFlaw::UnknownSession),
        Some((_, user)) if claims.version < user.token_version => Some(TokenFlaw::Stale),
        Some(_) => None,
    }
}

impl Findings {
    /// The same as a page says it.
    fn into_page(self) -> Inspected {
        let Self { flaw, header, claims, session } = self;
        let end = session.and_then(|(session, _)| {
            let (at, reason) = session.ended_at.zip(session.end_reason)?;
            Some(SessionEnd { at, by: session.ended_by.unwrap_or_default(), reason })
        });
        let verdict = match (flaw, end) {
            (None, _) => Verdict::Good,
            (Some(TokenFlaw::Revoked | TokenFlaw::Replayed), Some(end)) => Verdict::Ended(end),
            (Some(flaw), _) => Verdict::Flawed(flaw),
        };
        Inspected::told(verdict, header, claims)
    }
}
