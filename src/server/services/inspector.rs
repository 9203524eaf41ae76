//! Inspects a pasted access token and reports whether it is valid.

use super::{
    Authenticated, Core, Permissions, ServiceError,
    session_view::{self, Audience},
    tokens::{AccessTokens, Claims},
};
use crate::{
    model::{Inspected, Permission, SessionEnd, Timestamp, Token, TokenFlaw, User, Verdict, pasted},
    server::{
        domain::{Session, UserSession},
        store::StoreError,
    },
};
use serde_json::{Map, Value};
use std::sync::Arc;

/// Inspects tokens without using them.
#[derive(Clone)]
pub struct InspectorService {
    core: Arc<Core>,
    access: AccessTokens,
    permissions: Permissions,
}

/// The result of an inspection. A token without a flaw is valid right now.
#[derive(Debug, Default)]
pub struct Findings {
    pub flaw: Option<TokenFlaw>,
    /// `None` if the token is unreadable.
    pub header: Option<Map<String, Value>>,
    pub claims: Option<Map<String, Value>>,
    /// The session of a genuine token, if it still exists.
    pub session: Option<UserSession>,
    pub end: Option<SessionEnd>,
}

/// Why a token is not inspected.
#[derive(Debug, thiserror::Error)]
pub enum InspectorError {
    /// The token is genuine and belongs to another user.
    #[error("Forbidden")]
    Forbidden,
    #[error(transparent)]
    Service(#[from] ServiceError),
}

impl From<StoreError> for InspectorError {
    fn from(error: StoreError) -> Self {
        Self::Service(error.into())
    }
}

impl InspectorService {
    pub(super) fn new(core: Arc<Core>, access: AccessTokens, permissions: Permissions) -> Self {
        Self { core, access, permissions }
    }

    /// Inspects a token for `who`. A token that is not genuine gives every caller the same result.
    pub async fn inspect(&self, text: &str, who: &Authenticated) -> Result<Findings, InspectorError> {
        let text = pasted::token(text);
        let token = match Token::read(&text) {
            Ok(token) => token,
            Err(flaw) => return Ok(Findings { flaw: Some(flaw), ..Findings::default() }),
        };
        let now = self.core.now();
        let (flaw, found, end) = match self.access.genuine(&token) {
            Ok(claims) => {
                let found = self.session_of(&claims, who).await?;
                let end = self.end_of(found.as_ref(), who).await?;
                (flaw(&token, &claims, found.as_ref(), now), found, end)
            }
            Err(flaw) => (Some(flaw), None, None),
        };
        let Token { header, claims, .. } = token;
        let session = found.map(|(session, user)| UserSession::of(session, &user));
        Ok(Findings { flaw, header: Some(header), claims: Some(claims), session, end })
    }

    /// Inspects a token for a page. Of another user's token it shows only what its holder can decode anyway.
    pub async fn show(&self, text: &str, who: &Authenticated) -> Result<Inspected, ServiceError> {
        match self.inspect(text, who).await {
            Ok(findings) => Ok(findings.into_page()),
            Err(InspectorError::Forbidden) => Ok(Inspected::of(&pasted::token(text), Verdict::OtherUsers)),
            Err(InspectorError::Service(error)) => Err(error),
        }
    }

    async fn session_of(
        &self,
        claims: &Claims,
        who: &Authenticated,
    ) -> Result<Option<(Session, User)>, InspectorError> {
        if claims.user != who.claims.user && !self.may_read(who) {
            return Err(InspectorError::Forbidden);
        }
        let db = &self.core.db;
        let (session, user) = tokio::try_join!(db.find_session(claims.session), db.find_user(claims.user))?;
        Ok(session.filter(|session| session.user_id == claims.user).zip(user))
    }

    async fn end_of(
        &self,
        found: Option<&(Session, User)>,
        who: &Authenticated,
    ) -> Result<Option<SessionEnd>, InspectorError> {
        let Some((session, _)) = found else { return Ok(None) };
        let to = if self.may_read(who) { Audience::Reader } else { Audience::Owner };
        Ok(session_view::end(&self.core.db, session, to).await?)
    }

    fn may_read(&self, who: &Authenticated) -> bool {
        self.permissions.allow(who, Permission::SessionsRead)
    }
}

/// Finds what is wrong with a genuine token. If it both ended and expired, the earlier one counts.
fn flaw(token: &Token<'_>, claims: &Claims, found: Option<&(Session, User)>, now: Timestamp) -> Option<TokenFlaw> {
    if let Some(end) = found.and_then(|(session, _)| session.end)
        && end.at.min(now) < claims.expires_at
    {
        return Some(if end.reason.is_reuse() { TokenFlaw::Replayed } else { TokenFlaw::Revoked });
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
    /// Converts the findings for the page.
    fn into_page(self) -> Inspected {
        let Self { flaw, header, claims, end, .. } = self;
        let verdict = match (flaw, end) {
            (None, _) => Verdict::Good,
            (Some(TokenFlaw::Revoked | TokenFlaw::Replayed), Some(end)) => Verdict::Ended(end),
            (Some(flaw), _) => Verdict::Flawed(flaw),
        };
        Inspected::new(verdict, header, claims)
    }
}
