//! What is told of a token that somebody shows.

use super::{EndReason, Timestamp, Token};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What is wrong with a token. The names are those of `POST /tokens/inspect`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenFlaw {
    /// Not three parts of base64url, the first two JSON objects; or longer than any of ours.
    Malformed,
    /// Signed in another way than ours, or not at all.
    WrongAlgorithm,
    /// A JWT for something else.
    WrongType,
    /// Without the id of a key, or with something critical that is not understood here.
    WrongHeader,
    /// Not signed by a key of this server, or changed since.
    BadSignature,
    /// Of another server.
    WrongIssuer,
    /// For somebody else.
    WrongAudience,
    /// A claim is missing, or is not of its type.
    WrongClaims,
    /// From a time that is still to come.
    NotYetValid,
    /// Its time is over.
    Expired,
    /// Its session ended before its time was over.
    Revoked,
    /// Its session ended because a refresh token was used twice: theft.
    Replayed,
    /// Made before a change of the user's roles or password.
    Stale,
    /// There is no such session any more: it is forgotten, or its user is gone.
    UnknownSession,
}

/// How a session ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionEnd {
    pub at: Timestamp,
    /// The kind of who ended it, as the session's row has it: `user`, `system`, `cli`.
    pub by: String,
    pub reason: EndReason,
}

/// What is to be said of a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    /// Nothing is wrong that can be seen without the server's secret.
    Unproven,
    /// Accepted by this server, right now.
    Good,
    Flawed(TokenFlaw),
    /// Revoked or replayed.
    Ended(SessionEnd),
    /// Genuine, and of somebody whose sessions one may not read.
    SomebodyElses,
}

/// A token as a page shows it: without its signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inspected {
    pub verdict: Verdict,
    /// None if the token can't be read.
    pub header: Option<Map<String, Value>>,
    pub claims: Option<Map<String, Value>>,
}

impl Inspected {
    /// A token of which this is said.
    pub fn of(text: &str, verdict: Verdict) -> Self {
        let parts = Token::read(text).ok().map(|Token { header, claims, .. }| (header, claims));
        let (header, claims) = parts.unzip();
        Self { verdict, header, claims }
    }

    /// What can be said of a token without the secret of the server that is its `issuer`.
    pub fn without_secret(text: &str, issuer: &str, now: Timestamp) -> Self {
        let checked = Token::read(text).and_then(|token| token.check(issuer, now));
        Self::of(text, checked.map_or_else(Verdict::Flawed, |()| Verdict::Unproven))
    }
}

/// The inspector's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inspector {
    /// The access token of whoever asks.
    pub own: Inspected,
    pub expires_at: Timestamp,
    /// Whom the tokens of this server are issued by: its public URL.
    pub issuer: String,
    pub now: Timestamp,
}
