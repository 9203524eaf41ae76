//! The result of inspecting a token.

use super::{SessionEnd, Timestamp, Token};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Flaw of a token. `POST /tokens/inspect` uses the same names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenFlaw {
    /// Not three base64url parts, header or claims not a JSON object, or longer than any token of this server.
    Malformed,
    /// Signed with another algorithm, or unsigned.
    WrongAlgorithm,
    /// A JWT for another purpose.
    WrongType,
    /// No key id, or critical extensions that this server does not understand.
    WrongHeader,
    /// Not signed by a key of this server, or modified since.
    BadSignature,
    /// Issued by another server.
    WrongIssuer,
    /// Meant for another audience.
    WrongAudience,
    /// A claim is missing or has the wrong type.
    WrongClaims,
    /// Not valid until a later time.
    NotYetValid,
    /// Past its expiry time.
    Expired,
    /// Its session ended before the token expired.
    Revoked,
    /// Its session ended because a refresh token was reused.
    Replayed,
    /// Issued before the user's roles or password changed.
    Stale,
    /// The session no longer exists: its row or its user was deleted.
    UnknownSession,
}

/// Verdict on a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    /// No flaw that can be seen without the server's secret.
    Unproven,
    /// Accepted by this server at this moment.
    Good,
    Flawed(TokenFlaw),
    /// Revoked, or ended by refresh token reuse.
    Ended(SessionEnd),
    /// Genuine, but of a user whose sessions the caller may not read.
    OtherUsers,
}

/// Display order of the known fields; all other fields follow.
const ORDER: &[&str] =
    &["alg", "typ", "kid", "iss", "aud", "sub", "sid", "roles", "iat", "nbf", "exp", "gen", "ver", "jti"];
const TIMES: &[&str] = &["iat", "nbf", "exp"];

/// A header field or claim, as a page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    pub name: String,
    pub value: String,
    /// The moment that the value stands for.
    pub at: Option<Timestamp>,
}

/// A token as a page shows it, without its signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inspected {
    pub verdict: Verdict,
    /// `None` if the token can't be read.
    pub header: Option<Vec<Field>>,
    pub claims: Option<Vec<Field>>,
}

impl Inspected {
    /// Reads a token and attaches this verdict to it.
    pub fn of(text: &str, verdict: Verdict) -> Self {
        let (header, claims) = Token::read(text).ok().map(|token| (token.header, token.claims)).unzip();
        Self::new(verdict, header, claims)
    }

    /// Attaches a verdict to the header and claims of a token that is already parsed.
    pub fn new(verdict: Verdict, header: Option<Map<String, Value>>, claims: Option<Map<String, Value>>) -> Self {
        Self { verdict, header: header.map(in_order), claims: claims.map(in_order) }
    }

    /// Inspects a token without the secret of `issuer`, the server that should have issued it.
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

/// Writes text as it is, a list as its entries, and everything else as JSON.
fn written(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(all) => all.iter().map(written).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// Data of the inspector page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inspector {
    /// The caller's own access token.
    pub own: Inspected,
    pub expires_at: Timestamp,
    /// Issuer of this server's tokens: its public URL.
    pub issuer: String,
    pub now: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_fields_come_first_in_a_fixed_order() {
        let fields = serde_json::json!({
            "z": { "a": [1] }, "a": null, "exp": 1_800_000_000, "roles": ["admin", "user"], "iss": "x", "iat": "soon",
        });
        let Value::Object(fields) = fields else { unreachable!("an object") };
        let ordered: Vec<_> = in_order(fields).into_iter().map(|field| (field.name, field.value, field.at)).collect();
        let at = Some(Timestamp(1_800_000_000_000));
        let expected = [
            ("iss", "x", None),
            ("roles", "admin, user", None),
            ("iat", "soon", None),
            ("exp", "1800000000", at),
            ("a", "null", None),
            ("z", "{\"a\":[1]}", None),
        ];
        assert_eq!(ordered, expected.map(|(name, value, at)| (name.to_owned(), value.to_owned(), at)));
    }
}
