//! What is told of a token that somebody shows.

use super::{SessionEnd, Timestamp, Token};
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

/// The order in which our own fields are told; what else stands in a token comes after.
const ORDER: &[&str] =
    &["alg", "typ", "kid", "iss", "aud", "sub", "sid", "roles", "iat", "nbf", "exp", "gen", "ver", "jti"];
const TIMES: &[&str] = &["iat", "nbf", "exp"];

/// A field of a header, or a claim, as a page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    pub name: String,
    pub value: String,
    /// The moment that the value means.
    pub at: Option<Timestamp>,
}

/// A token as a page shows it: without its signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inspected {
    pub verdict: Verdict,
    /// None if the token can't be read.
    pub header: Option<Vec<Field>>,
    pub claims: Option<Vec<Field>>,
}

impl Inspected {
    /// A token of which this is said.
    pub fn of(text: &str, verdict: Verdict) -> Self {
        let (header, claims) = Token::read(text).ok().map(|token| (token.header, token.claims)).unzip();
        Self::told(verdict, header, claims)
    }

    /// The same of a token that was taken apart before.
    pub fn told(verdict: Verdict, header: Option<Map<String, Value>>, claims: Option<Map<String, Value>>) -> Self {
        Self { verdict, header: header.map(in_order), claims: claims.map(in_order) }
    }

    /// What can be said of a token without the secret of the server that is its `issuer`.
    pub fn without_secret(text: &str, issuer: &str, now: Timestamp) -> Self {
        let checked = Token::read(text).and_then(|token| token.check(issuer, now));
        Self::of(text, checked.map_or_else(Verdict::Flawed, |()| Verdict::Unproven))
    }
}

fn in_order(mut fields: Map<String, Value>) -> Vec<Field> {
    let known: Vec<_> = ORDER.iter().filter_map(|name| fields.remove_entry(*name)).collect();
    let field = |(name, value): (String, Value)| {
        let is_time = TIMES.contains(&name.as_str());
        let at = value.as_i64().filter(|_| is_time).map(Timestamp::from_seconds);
        Field { value: written(&value), name, at }
    };
    known.into_iter().chain(fields).map(field).collect()
}

/// Texts as they are, lists by their entries, everything else as JSON.
fn written(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(all) => all.iter().map(written).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_told_in_our_order_and_strange_ones_after() {
        let fields = serde_json::json!({
            "z": { "a": [1] }, "a": null, "exp": 1_800_000_000, "roles": ["admin", "user"], "iss": "x", "iat": "soon",
        });
        let Value::Object(fields) = fields else { unreachable!("an object") };
        let told: Vec<_> = in_order(fields).into_iter().map(|field| (field.name, field.value, field.at)).collect();
        let at = Some(Timestamp(1_800_000_000_000));
        let expected = [
            ("iss", "x", None),
            ("roles", "admin, user", None),
            ("iat", "soon", None),
            ("exp", "1800000000", at),
            ("a", "null", None),
            ("z", "{\"a\":[1]}", None),
        ];
        assert_eq!(told, expected.map(|(name, value, at)| (name.to_owned(), value.to_owned(), at)));
    }
}
