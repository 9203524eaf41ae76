//! Refresh tokens: `base64url(key id ‖ session id ‖ generation ‖ HMAC)`. They are not stored, so a stolen
//! database yields none.

use super::{Keyring, TokenError};
use crate::model::SessionId;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::Mac;

const BODY: usize = 4 + 16 + 4;
const WHOLE: usize = BODY + 32;

/// Issues and reads refresh tokens.
#[derive(Clone)]
pub struct RefreshTokens {
    keys: Keyring,
}

/// The contents of a genuine refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RefreshToken {
    pub session: SessionId,
    pub generation: i64,
}

impl RefreshTokens {
    /// Creates the service with these keys.
    pub fn new(keys: Keyring) -> Self {
        Self { keys }
    }

    /// Returns the token of a session's generation. The same key always gives the same text.
    pub fn issue(&self, token: RefreshToken) -> Result<String, TokenError> {
        let keys = self.keys.current();
        let generation = u32::try_from(token.generation).map_err(|_| TokenError::Invalid)?;
        let mut bytes = Vec::with_capacity(WHOLE);
        bytes.extend_from_slice(&keys.id);
        bytes.extend_from_slice(&token.session.to_bytes());
        bytes.extend_from_slice(&generation.to_be_bytes());
        let mac = keys.refresh_mac(&bytes).finalize().into_bytes();
        bytes.extend_from_slice(&mac);
        Ok(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Returns the contents of a token that we issued.
    pub fn read(&self, text: &str) -> Result<RefreshToken, TokenError> {
        self.read_bytes(text).ok_or(TokenError::Invalid)
    }

    fn read_bytes(&self, text: &str) -> Option<RefreshToken> {
        let mut bytes = [0; WHOLE];
        if URL_SAFE_NO_PAD.decode_slice(text, &mut bytes).ok()? != WHOLE {
            return None;
        }
        let (body, mac) = bytes.split_at(BODY);
        let (id, rest) = body.split_first_chunk::<4>()?;
        let (session, generation) = rest.split_first_chunk::<16>()?;
        let keys = self.keys.all().find(|keys| keys.id == *id)?;
        keys.refresh_mac(body).verify_slice(mac).ok()?;
        Some(RefreshToken {
            session: SessionId::from_bytes(*session),
            generation: i64::from(u32::from_be_bytes(generation.try_into().ok()?)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::services::tokens::MasterSecret;

    fn tokens(byte: u8) -> RefreshTokens {
        RefreshTokens::new(Keyring::new(&MasterSecret::new(vec![byte; 32]), &[]))
    }

    fn token(generation: i64) -> RefreshToken {
        RefreshToken { session: SessionId::from_parts(1_800_000_000_000, 7), generation }
    }

    #[test]
    fn a_token_names_its_session_and_generation() {
        let text = tokens(1).issue(token(3)).unwrap_or_default();
        assert_eq!(tokens(1).read(&text), Ok(token(3)));
        assert_eq!(tokens(1).issue(token(3)), Ok(text), "an answer that was lost can be repeated");
    }

    #[test]
    fn any_other_text_is_not_a_token() {
        let text = tokens(1).issue(token(3)).unwrap_or_default();
        for i in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[i] = if bytes[i] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap_or_default();
            assert_eq!(tokens(1).read(&changed), Err(TokenError::Invalid), "character {i}");
        }
        for odd in ["", "x", &format!("{text}="), &format!("{text}A"), &text[1..], &"A".repeat(100_000)] {
            assert_eq!(tokens(1).read(odd), Err(TokenError::Invalid));
        }
        assert_eq!(tokens(2).read(&text), Err(TokenError::Invalid));
    }

    #[test]
    fn a_token_of_a_previous_key_is_still_read() {
        let text = tokens(1).issue(token(3)).unwrap_or_default();
        let previous = [MasterSecret::new(vec![1; 32])];
        let rotated = RefreshTokens::new(Keyring::new(&MasterSecret::new(vec![2; 32]), &previous));
        assert_eq!(rotated.read(&text), Ok(token(3)));
    }
}
