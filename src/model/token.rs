//! Access tokens as browser and server both parse them (RFC 7519, profile of RFC 9068): every check that needs
//! no secret. The signature is not verified here.

use super::{SessionId, Timestamp, TokenFlaw, UserId};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Audience of this server's tokens.
pub const AUDIENCE: &str = "claviger";
/// Type of this server's tokens (RFC 9068 §2.1).
pub const TOKEN_TYPE: &str = "at+jwt";
/// Signature algorithm of this server's tokens.
const TOKEN_ALGORITHM: &str = "HS256";
const MAX_BYTES: usize = 8 * 1024;
/// Allowed clock difference between two nodes in seconds, for `nbf` and `iat`. `exp` has no leeway.
const LEEWAY: i64 = 5;

/// A parsed token, not verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token<'a> {
    pub header: Map<String, Value>,
    pub claims: Map<String, Value>,
    /// The signed part: header and claims as received.
    pub message: &'a str,
    /// Encoded in base64url.
    pub signature: &'a str,
}

/// Claims of a valid access token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    pub user: UserId,
    pub session: SessionId,
    /// The session's generation at the time of issue.
    pub generation: i64,
    /// The user's token version at the time of issue.
    pub version: i64,
    pub roles: Vec<String>,
    pub issued_at: Timestamp,
    pub expires_at: Timestamp,
}

/// Claims in wire format. Times are in seconds.
#[derive(Serialize, Deserialize)]
pub struct Payload {
    pub iss: String,
    pub aud: String,
    pub sub: String,
    pub sid: String,
    #[serde(rename = "gen")]
    pub generation: i64,
    pub ver: i64,
    pub jti: String,
    pub roles: Vec<String>,
    pub iat: i64,
    pub exp: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nbf: Option<i64>,
}

impl<'a> Token<'a> {
    /// Parses a token: three parts in strict base64url, the first two JSON objects.
    pub fn read(text: &'a str) -> Result<Self, TokenFlaw> {
        Self::parts(text).ok_or(TokenFlaw::Malformed)
    }

    fn parts(text: &'a str) -> Option<Self> {
        if text.len() > MAX_BYTES {
            return None;
        }
        let (message, signature) = text.rsplit_once('.')?;
        let (header, claims) = message.split_once('.')?;
        // A fourth part would be inside `claims`, where its dot is no base64url character and fails to decode.
        URL_SAFE_NO_PAD.decode(signature).ok()?;
        Some(Self { header: object(header)?, claims: object(claims)?, message, signature })
    }

    /// Returns the id of the signing key that the header names, if the header is one of this server's.
    ///
    /// The type says what a token is for (RFC 8725 §3.11). Any critical extension is rejected, since none is
    /// supported (RFC 7515 §4.1.11).
    pub fn key_id(&self) -> Result<&str, TokenFlaw> {
        let text = |name: &str| self.header.get(name).and_then(Value::as_str);
        if text("alg") != Some(TOKEN_ALGORITHM) {
            return Err(TokenFlaw::WrongAlgorithm);
        }
        if text("typ") != Some(TOKEN_TYPE) {
            return Err(TokenFlaw::WrongType);
        }
        if self.header.contains_key("crit") {
            return Err(TokenFlaw::WrongHeader);
        }
        text("kid").ok_or(TokenFlaw::WrongHeader)
    }

    /// Returns the claims if they are complete and name `issuer` and this audience.
    pub fn claims_of(&self, issuer: &str) -> Result<Claims, TokenFlaw> {
        let payload = Payload::deserialize(&self.claims).map_err(|_| TokenFlaw::WrongClaims)?;
        if payload.iss != issuer {
            return Err(TokenFlaw::WrongIssuer);
        }
        if payload.aud != AUDIENCE {
            return Err(TokenFlaw::WrongAudience);
        }
        Ok(Claims {
            user: payload.sub.parse().map_err(|_| TokenFlaw::WrongClaims)?,
            session: payload.sid.parse().map_err(|_| TokenFlaw::WrongClaims)?,
            generation: payload.generation,
            version: payload.ver,
            roles: payload.roles,
            issued_at: Timestamp::from_seconds(payload.iat),
            expires_at: Timestamp::from_seconds(payload.exp),
        })
    }

    /// Checks that the token is already valid and has not expired.
    pub fn in_time(&self, now: Timestamp) -> Result<(), TokenFlaw> {
        let seconds = |name: &str| self.claims.get(name).and_then(Value::as_i64);
        let soon = now.seconds() + LEEWAY;
        if [seconds("iat"), seconds("nbf")].into_iter().flatten().any(|from| from > soon) {
            return Err(TokenFlaw::NotYetValid);
        }
        match seconds("exp") {
            Some(exp) if now < Timestamp::from_seconds(exp) => Ok(()),
            _ => Err(TokenFlaw::Expired),
        }
    }

    /// Checks everything that needs no secret.
    pub fn check(&self, issuer: &str, now: Timestamp) -> Result<(), TokenFlaw> {
        self.key_id()?;
        self.claims_of(issuer)?;
        self.in_time(now)
    }
}

fn object(part: &str) -> Option<Map<String, Value>> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);
    const ISSUER: &str = "http://127.0.0.1:3000";

    fn payload() -> Value {
        json!({
            "iss": ISSUER, "aud": "claviger", "sub": UserId::from_parts(1, 2).to_string(),
            "sid": SessionId::from_parts(3, 4).to_string(), "gen": 5, "ver": 6, "jti": "x", "roles": ["user"],
            "iat": NOW.seconds(), "exp": NOW.seconds() + 900,
        })
    }

    fn header() -> Value {
        json!({ "alg": "HS256", "typ": "at+jwt", "kid": "AAAAAA" })
    }

    fn with(mut value: Value, key: &str, new: Value) -> Value {
        value[key] = new;
        value
    }

    fn written(header: &Value, payload: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}.AAAA", part(header), part(payload))
    }

    fn check(header: &Value, payload: &Value) -> Result<(), TokenFlaw> {
        check_at(header, payload, NOW)
    }

    fn check_at(header: &Value, payload: &Value, now: Timestamp) -> Result<(), TokenFlaw> {
        Token::read(&written(header, payload)).and_then(|token| token.check(ISSUER, now))
    }

    #[test]
    fn one_of_our_tokens_has_no_flaw_visible_without_a_secret() {
        assert_eq!(check(&header(), &payload()), Ok(()));
        let text = written(&header(), &payload());
        let token = Token::read(&text).expect("a token");
        assert_eq!((token.key_id(), token.signature), (Ok("AAAAAA"), "AAAA"));
        assert_eq!(format!("{}.AAAA", token.message), text);
        let claims = token.claims_of(ISSUER).expect("claims");
        assert_eq!((claims.user, claims.generation), (UserId::from_parts(1, 2), 5));
    }

    #[test]
    fn anything_but_three_parts_of_strict_base64url_is_malformed() {
        let good = written(&header(), &payload());
        let (message, _) = good.rsplit_once('.').expect("parts");
        let long = format!("{message}.{}", "A".repeat(8 * 1024));
        for bad in [
            "",
            ".",
            "..",
            "a.b.c",
            "\0",
            "é.é.é",
            message,
            &format!("{good}."),
            &format!("{good}.AAAA"),
            &format!(" {good}"),
            &format!("{good}\n"),
            &format!("{good}="),
            &format!("{message}.A"),
            // Two unused bits that are not zero, and characters of the standard base64 alphabet.
            &format!("{message}.AB"),
            &format!("{message}.A+/A"),
            &long,
        ] {
            assert_eq!(Token::read(bad), Err(TokenFlaw::Malformed), "{bad:.200}");
        }
        assert!(Token::read(&format!("{message}.")).is_ok(), "no signature is a bad one, not a bad form");
    }

    #[test]
    fn header_and_claims_must_be_json_objects() {
        for odd in [json!([]), json!("x"), json!(1), json!(null), json!(["a", "b"])] {
            assert_eq!(check(&odd, &payload()), Err(TokenFlaw::Malformed), "{odd}");
            assert_eq!(check(&header(), &odd), Err(TokenFlaw::Malformed), "{odd}");
        }
        let deep = format!("{}{}", "[".repeat(2000), "]".repeat(2000));
        for text in ["{", "{}x", "\u{feff}{}", "{\"a\":1e999}", &format!("{{\"a\":{deep}}}")] {
            let part = URL_SAFE_NO_PAD.encode(text);
            assert_eq!(Token::read(&format!("{part}.{part}.")), Err(TokenFlaw::Malformed), "{text:.50}");
        }
        let not_utf8 = URL_SAFE_NO_PAD.encode(b"{\"a\":\"\xff\"}");
        assert_eq!(Token::read(&format!("{not_utf8}.{not_utf8}.")), Err(TokenFlaw::Malformed));
    }

    #[test]
    fn the_flaw_of_a_foreign_header_is_named() {
        for alg in [json!("none"), json!("HS512"), json!("RS256"), json!("hs256"), json!(""), json!(null), json!(1)] {
            assert_eq!(check(&with(header(), "alg", alg), &payload()), Err(TokenFlaw::WrongAlgorithm));
        }
        for typ in [json!("JWT"), json!("AT+JWT"), json!("rt+jwt"), json!(null)] {
            assert_eq!(check(&with(header(), "typ", typ), &payload()), Err(TokenFlaw::WrongType));
        }
        for crit in [json!([]), json!(["exp"]), json!(null)] {
            assert_eq!(check(&with(header(), "crit", crit), &payload()), Err(TokenFlaw::WrongHeader));
        }
        assert_eq!(check(&with(header(), "kid", json!(null)), &payload()), Err(TokenFlaw::WrongHeader));
        assert_eq!(check(&json!({}), &payload()), Err(TokenFlaw::WrongAlgorithm));
    }

    #[test]
    fn the_flaw_of_foreign_claims_is_named() {
        let changed = |key: &str, new: Value| check(&header(), &with(payload(), key, new));
        assert_eq!(changed("iss", json!("http://127.0.0.1:3001")), Err(TokenFlaw::WrongIssuer));
        assert_eq!(changed("aud", json!("other")), Err(TokenFlaw::WrongAudience));
        assert_eq!(changed("aud", json!(["claviger"])), Err(TokenFlaw::WrongClaims));
        for key in ["iss", "aud", "sub", "sid", "gen", "ver", "jti", "roles", "iat", "exp", "nbf"] {
            assert_eq!(changed(key, json!({})), Err(TokenFlaw::WrongClaims), "{key}");
        }
        for id in ["", "ada", "../x"] {
            assert_eq!(changed("sub", json!(id)), Err(TokenFlaw::WrongClaims), "{id}");
            assert_eq!(changed("sid", json!(id)), Err(TokenFlaw::WrongClaims), "{id}");
        }
        for (key, number) in [("exp", json!(1.5)), ("iat", json!(u64::MAX)), ("gen", json!("5"))] {
            assert_eq!(changed(key, number), Err(TokenFlaw::WrongClaims), "{key}");
        }
    }

    #[test]
    fn exp_has_no_leeway_and_nbf_and_iat_have_five_seconds() {
        let at = |seconds: i64| Timestamp::from_seconds(NOW.seconds() + seconds);
        assert_eq!(check_at(&header(), &payload(), Timestamp(at(900).0 - 1)), Ok(()));
        assert_eq!(check_at(&header(), &payload(), at(900)), Err(TokenFlaw::Expired));
        assert_eq!(check_at(&header(), &payload(), at(-5)), Ok(()));
        assert_eq!(check_at(&header(), &payload(), at(-6)), Err(TokenFlaw::NotYetValid));
        let later = with(payload(), "nbf", json!(NOW.seconds() + 6));
        assert_eq!(check(&header(), &later), Err(TokenFlaw::NotYetValid));
        assert_eq!(check_at(&header(), &later, at(1)), Ok(()));
        for far in [i64::MIN, i64::MAX] {
            let odd = with(with(payload(), "iat", json!(far)), "exp", json!(far));
            assert!(check(&header(), &odd).is_err());
        }
    }
}
