//! Keys and lifetimes of tokens.

use std::time::Duration;

use super::super::database_url::DatabaseUrl;
use super::super::error::SettingsError;
use super::super::keys;
use super::super::master_secret::MasterSecret;
use super::super::values::Values;
use super::Database;

/// The section `tokens`.
#[derive(Debug, Clone)]
pub struct Tokens {
    /// The master secret. Without it, one is kept in the data folder.
    pub jwt_secret: Option<MasterSecret>,
    /// Former master secrets that are still accepted.
    pub jwt_previous: Vec<MasterSecret>,
    /// Lifetime of an access token in a cookie.
    pub access_ttl: Duration,
    /// Sliding lifetime: how long a session lasts without a refresh.
    pub refresh_ttl: Duration,
    /// Absolute lifetime of a session, however often it is used.
    pub session_ttl: Duration,
    /// Lifetime of an access token that `POST /api/auth/login` returns.
    pub api_ttl: Duration,
    /// How long after a rotation the previous refresh token is still accepted; may be zero.
    pub refresh_grace: Duration,
    /// How many live sessions a user may have.
    pub max_sessions: u32,
    /// How long an ended session is kept.
    pub session_retention: Duration,
}

impl Tokens {
    pub(in super::super) fn read(values: &Values, database: &Database) -> Result<Self, SettingsError> {
        let tokens = Self {
            jwt_secret: values.read(keys::JWT_SECRET)?,
            jwt_previous: values.read(keys::JWT_PREVIOUS)?,
            access_ttl: values.read_within(keys::ACCESS_TTL)?,
            refresh_ttl: values.read_within(keys::REFRESH_TTL)?,
            session_ttl: values.read_within(keys::SESSION_TTL)?,
            api_ttl: values.read_within(keys::API_TTL)?,
            refresh_grace: values.read_within(keys::REFRESH_GRACE)?,
            max_sessions: values.read_within(keys::MAX_SESSIONS)?,
            session_retention: values.read_within(keys::SESSION_RETENTION)?,
        };
        let shared = matches!(database.url, DatabaseUrl::Postgres(_));
        if shared && tokens.jwt_secret.is_none() {
            let problem = "is required with PostgreSQL, because all nodes must share it: \
                 generate one with `openssl rand -base64 32`";
            return Err(values.refuse(&keys::JWT_SECRET.key, problem));
        }
        Ok(tokens)
    }

    /// Returns the longest lifetime of an access token.
    pub fn longest_access(&self) -> Duration {
        self.access_ttl.max(self.api_ttl)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{load, refusal};

    const KEY: &str = "7IY7Ryfi1eIfoqEs8jJNKfkLNAfKb6HfnnTmxSZlP0Y=";
    const OTHER: &str = "h1t4T0IRCO7u-RYBTT4oAcXvDnQ3Qxm-3YbqpbWPbKc";

    #[test]
    fn secrets_are_decoded_and_not_printed() {
        let tokens = load(&[("tokens.jwt_secret", KEY), ("tokens.jwt_previous", &format!("{OTHER}, {KEY}"))]);
        let tokens = tokens.unwrap().settings.tokens;
        assert_eq!(tokens.jwt_secret.map(|secret| secret.expose_bytes().len()), Some(32));
        assert_eq!(format!("{:?}", tokens.jwt_previous), "[***, ***]");
    }

    #[test]
    fn an_empty_secret_is_not_an_unset_one() {
        assert!(refusal(&[("tokens.jwt_secret", "")]).contains("it is empty"));
        assert!(load(&[("tokens.jwt_previous", "")]).is_ok());
    }

    #[test]
    fn a_weak_previous_secret_prevents_the_start_too_and_is_not_shown() {
        let text = refusal(&[("tokens.jwt_previous", &format!("{KEY},hushhush"))]);
        assert!(text.contains("it has only 6: generate one with `openssl rand -base64 32`"), "{text}");
        assert!(!text.contains("hush"), "{text}");
    }

    #[test]
    fn postgresql_needs_a_secret_shared_by_all_nodes() {
        let url = ("database.url", "postgres://db/claviger");
        assert!(refusal(&[url]).contains(
            "`tokens.jwt_secret` (`CLAVIGER_TOKENS__JWT_SECRET` in the environment) is required with PostgreSQL"
        ));
        assert!(load(&[url, ("tokens.jwt_secret", KEY)]).is_ok());
    }

    #[test]
    fn short_lifetimes_are_accepted_and_zero_is_not() {
        assert!(load(&[("tokens.access_ttl", "2s"), ("tokens.refresh_grace", "1s")]).is_ok());
        assert!(load(&[("tokens.refresh_grace", "0s")]).is_ok());
        for key in ["tokens.access_ttl", "tokens.refresh_ttl", "tokens.session_ttl", "tokens.api_ttl"] {
            for text in ["0s", "999ms", "20y"] {
                assert!(refusal(&[(key, text)]).contains(": must be between 1s and 3650d"), "{key} {text}");
            }
        }
        assert!(refusal(&[("tokens.refresh_grace", "2h")]).contains("between 0s and 1h"));
    }
}
