//! Access tokens: JWTs (RFC 7519, profile of RFC 9068) signed with HS256.

use super::{Keyring, TokenError, keys::KeySet};
use crate::model::{AUDIENCE, Claims, Payload, TOKEN_TYPE, Timestamp, Token, TokenFlaw};
use jsonwebtoken::{Algorithm, Header, crypto, encode};

/// Issues and checks access tokens.
#[derive(Clone)]
pub struct AccessTokens {
    keys: Keyring,
    issuer: String,
}

/// A newly issued access token.
#[derive(Clone)]
pub struct Issued {
    pub token: String,
    pub claims: Claims,
}

impl AccessTokens {
    /// Issues and accepts tokens of this issuer, the public URL.
    pub fn new(keys: Keyring, issuer: String) -> Self {
        Self { keys, issuer }
    }

    /// Signs a token with these claims. `jti` is the token's own id, made of 16 random bytes.
    pub fn issue(&self, claims: Claims, jti: [u8; 16]) -> Result<Issued, TokenError> {
        let keys = self.keys.current();
        let mut header = Header::new(Algorithm::HS256);
        header.typ = Some(TOKEN_TYPE.to_owned());
        header.kid = Some(keys.kid.clone());
        let payload = Payload {
            iss: self.issuer.clone(),
            aud: AUDIENCE.to_owned(),
            sub: claims.user.to_string(),
            sid: claims.session.to_string(),
            generation: claims.generation,
            ver: claims.version,
            jti: base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, jti),
            roles: claims.roles.clone(),
            iat: claims.issued_at.seconds(),
            exp: claims.expires_at.seconds(),
            nbf: None,
        };
        let token = encode(&header, &payload, &keys.signing).map_err(|_| TokenError::Invalid)?;
        Ok(Issued { token, claims })
    }

    /// Returns the claims of a token with a valid signature, issuer and lifetime. Does not check whether the
    /// session is live.
    pub fn check(&self, text: &str, now: Timestamp) -> Result<Claims, TokenError> {
        let token = Token::read(text)?;
        let claims = self.genuine(&token)?;
        token.in_time(now)?;
        Ok(claims)
    }

    /// Returns the claims of a token with a valid signature and issuer, whatever its lifetime. The header
    /// only names the key by id; the key itself never comes from the token.
    pub fn genuine(&self, token: &Token<'_>) -> Result<Claims, TokenFlaw> {
        let kid = token.key_id()?;
        let keys: &KeySet = self.keys.all().find(|keys| keys.kid == kid).ok_or(TokenFlaw::BadSignature)?;
        let (signature, message) = (token.signature, token.message.as_bytes());
        match crypto::verify(signature, message, &keys.verifying, Algorithm::HS256) {
            Ok(true) => token.claims_of(&self.issuer),
            _ => Err(TokenFlaw::BadSignature),
        }
    }
}

/// Reports expiry and start only for genuine tokens; any other flaw is simply invalid.
impl From<TokenFlaw> for TokenError {
    fn from(flaw: TokenFlaw) -> Self {
        match flaw {
            TokenFlaw::Expired => Self::Expired,
            TokenFlaw::NotYetValid => Self::NotYetValid,
            _ => Self::Invalid,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{SessionId, UserId},
        server::services::tokens::MasterSecret,
    };
    use serde_json::{Value, json};

    const NOW: Timestamp = Timestamp(1_800_000_000_000);
    const ISSUER: &str = "http://127.0.0.1:3000";

    fn keyring(byte: u8) -> Keyring {
        Keyring::new(&MasterSecret::new(vec![byte; 32]), &[])
    }

    fn tokens() -> AccessTokens {
        AccessTokens::new(keyring(1), ISSUER.to_owned())
    }

    fn claims() -> Claims {
        Claims {
            user: UserId::from_parts(1, 2),
            session: SessionId::from_parts(3, 4),
            generation: 5,
            version: 6,
            roles: vec!["user".into()],
            issued_at: NOW,
            expires_at: Timestamp(NOW.0 + 900_000),
        }
    }

    fn payload() -> Value {
        json!({
            "iss": ISSUER, "aud": "claviger", "sub": claims().user.to_string(), "sid": claims().session.to_string(),
            "gen": 5, "ver": 6, "jti": "x", "roles": ["user"], "iat": NOW.seconds(), "exp": NOW.seconds() + 900,
        })
    }

    fn header() -> Value {
        json!({ "alg": "HS256", "typ": "at+jwt", "kid": keyring(1).current().kid })
    }

    /// Signs any header and payload with our own key.
    fn forged(header: &Value, payload: &Value) -> String {
        let part = |value: &Value| {
            base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, value.to_string())
        };
        let message = format!("{}.{}", part(header), part(payload));
        let keys = keyring(1);
        let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &keys.current().signing, Algorithm::HS256);
        format!("{message}.{}", signature.unwrap_or_default())
    }

    fn with(mut value: Value, key: &str, new: Value) -> Value {
        value[key] = new;
        value
    }

    fn without(mut value: Value, key: &str) -> Value {
        value.as_object_mut().map(|object| object.remove(key));
        value
    }

    #[test]
    fn a_token_says_what_it_was_issued_with() {
        let issued = tokens().issue(claims(), [0; 16]).map(|issued| issued.token);
        assert_eq!(issued.and_then(|token| tokens().check(&token, NOW)), Ok(claims()));
        assert_eq!(tokens().check(&forged(&header(), &payload()), NOW), Ok(claims()));
    }

    #[test]
    fn every_other_algorithm_type_and_critical_header_is_refused() {
        for alg in ["none", "None", "NONE", "", "HS384", "HS512", "RS256", "ES256", "PS256", "EdDSA", "hs256"] {
            assert_eq!(
                tokens().check(&forged(&with(header(), "alg", json!(alg)), &payload()), NOW),
                Err(TokenError::Invalid),
                "{alg}"
            );
        }
        for typ in [json!("JWT"), json!("AT+JWT"), json!("rt+jwt"), json!(null), json!(1)] {
            assert_eq!(tokens().check(&forged(&with(header(), "typ", typ), &payload()), NOW), Err(TokenError::Invalid));
        }
        for crit in [json!([]), json!(["b64"]), json!(["exp"])] {
            assert_eq!(
                tokens().check(&forged(&with(header(), "crit", crit), &payload()), NOW),
                Err(TokenError::Invalid)
            );
        }
    }

    #[test]
    fn the_verification_key_is_ours_and_never_one_from_the_header() {
        for kid in [json!("other"), json!("../../dev/null"), json!("' OR 1=1"), json!(null), json!(["a"])] {
            assert_eq!(tokens().check(&forged(&with(header(), "kid", kid), &payload()), NOW), Err(TokenError::Invalid));
        }
        let stranger = AccessTokens::new(keyring(2), ISSUER.to_owned());
        let issued = stranger.issue(claims(), [0; 16]).map(|issued| issued.token);
        assert_eq!(issued.and_then(|token| tokens().check(&token, NOW)), Err(TokenError::Invalid));
        let jwk = with(header(), "jwk", json!({ "kty": "oct", "k": "AAAA" }));
        let signed = forged(&jwk, &payload());
        assert!(
            signed
                .rsplit_once('.')
                .is_some_and(|(message, _)| tokens().check(&format!("{message}.AAAA"), NOW).is_err())
        );
    }

    #[test]
    fn a_previous_key_still_verifies() {
        let secrets = [MasterSecret::new(vec![1; 32])];
        let rotated = AccessTokens::new(Keyring::new(&MasterSecret::new(vec![2; 32]), &secrets), ISSUER.to_owned());
        assert_eq!(rotated.check(&forged(&header(), &payload()), NOW), Ok(claims()));
    }

    #[test]
    fn issuer_and_audience_must_be_ours() {
        for (key, value) in [
            ("iss", json!("http://127.0.0.1:3001")),
            ("iss", json!("")),
            ("aud", json!("other")),
            ("aud", json!(["claviger"])),
        ] {
            assert_eq!(
                tokens().check(&forged(&header(), &with(payload(), key, value)), NOW),
                Err(TokenError::Invalid),
                "{key}"
            );
        }
    }

    #[test]
    fn every_claim_is_required_and_must_have_its_type() {
        for key in ["iss", "aud", "sub", "sid", "gen", "ver", "jti", "roles", "iat", "exp"] {
            assert_eq!(
                tokens().check(&forged(&header(), &without(payload(), key)), NOW),
                Err(TokenError::Invalid),
                "{key}"
            );
            assert_eq!(
                tokens().check(&forged(&header(), &with(payload(), key, json!({}))), NOW),
                Err(TokenError::Invalid),
                "{key}"
            );
        }
    }

    #[test]
    fn exp_has_no_leeway_and_nbf_and_iat_have_five_seconds() {
        let at = |seconds: i64| Timestamp::from_seconds(NOW.seconds() + seconds);
        let token = forged(&header(), &payload());
        assert!(tokens().check(&token, Timestamp(at(900).0 - 1)).is_ok());
        assert_eq!(tokens().check(&token, at(900)), Err(TokenError::Expired));
        assert!(tokens().check(&token, at(-5)).is_ok());
        assert_eq!(tokens().check(&token, at(-6)), Err(TokenError::NotYetValid));
        let later = forged(&header(), &with(payload(), "nbf", json!(NOW.seconds() + 6)));
        assert_eq!(tokens().check(&later, NOW), Err(TokenError::NotYetValid));
        assert!(tokens().check(&later, at(1)).is_ok());
    }

    #[test]
    fn base64url_is_strict_and_a_token_has_three_parts_and_at_most_8_kib() {
        let token = forged(&header(), &payload());
        let mut spare_bits = token.clone();
        let last = spare_bits.pop();
        // The last character of a 32-byte signature carries two unused bits.
        spare_bits.push(last.and_then(|c| char::from_u32(c as u32 + 1)).unwrap_or('B'));
        for bad in [
            format!("{token}="),
            format!(" {token}"),
            format!("{token}\n"),
            format!("{token}.x"),
            token.replace('.', ""),
            token.rsplit_once('.').map(|(message, _)| message.to_owned()).unwrap_or_default(),
            spare_bits,
            String::new(),
            "..".into(),
            format!("{token}{}", "A".repeat(100_000)),
            token.replace('_', "/"),
        ] {
            if bad != token {
                assert_eq!(tokens().check(&bad, NOW), Err(TokenError::Invalid), "{bad:.200}");
            }
        }
    }
}
