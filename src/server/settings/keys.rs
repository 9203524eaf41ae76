//! The table of settings, which declares every key once.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use lettre::message::Mailbox;

use super::accent::Accent;
use super::cors_origin::CorsOrigin;
use super::database_url::DatabaseUrl;
use super::host::Domain;
use super::key::Default::{Cores, DatabaseFile, LogFormat as FormatOfOutput, Text, Unset};
use super::key::{Key, Typed};
use super::logo::Logo;
use super::master_secret::MasterSecret;
use super::public_url::PublicUrl;
use super::rate::Rate;
use super::sections::{LogFormat, Registration};
use super::site_link::SiteLink;
use super::smtp_url::SmtpUrl;
use crate::model::{DisplayName, Email, Username};

macro_rules! keys {
    ($($constant:ident: $kind:ty = $key:expr;)*) => {
        $(pub(super) const $constant: Typed<$kind> = Typed::of($key);)*

        /// All keys, in the order of the manual.
        pub(super) const ALL: &[Key] = &[$($constant.key),*];
    };
}

const NOTHING: super::key::Default = Unset("none");
/// Names of administrators and staff, mailboxes of RFC 2142, and words from Claviger's own paths.
const RESERVED: &str = "admin, administrator, root, sysadmin, system, superuser, operator, moderator, support, \
    help, helpdesk, security, abuse, noc, postmaster, hostmaster, webmaster, mailer-daemon, no-reply, nobody, api, \
    auth, oauth, login, logout, register, setup, account, dashboard, me, www, claviger";
const NO_TLS: &str = "can't be set, because this version has no built-in TLS: \
    remove it and put a TLS proxy in front";

keys! {
    PUBLIC_URL: PublicUrl = Key::new("server.public_url", Text("http://127.0.0.1:3000"));
    SITE_NAME: Option<DisplayName> = Key::new("server.name", Unset("the host of server.public_url"));
    ALLOW_INSECURE_HTTP: bool = Key::new("server.allow_insecure_http", Text("false"));
    TRUSTED_PROXIES: Vec<IpNet> = Key::new("server.trusted_proxies", NOTHING);
    TLS_CERT: Option<PathBuf> = Key::new("server.tls_cert", NOTHING).missing(NO_TLS);
    TLS_KEY: Option<PathBuf> = Key::new("server.tls_key", NOTHING).missing(NO_TLS);
    REDIRECT_HTTP_ADDR: Option<SocketAddr> = Key::new("server.redirect_http_addr", NOTHING).missing(NO_TLS);
    CORS_ORIGINS: Vec<CorsOrigin> = Key::new("server.cors_origins", NOTHING);
    DATA_DIR: PathBuf = Key::new("server.data_dir", Text("./data"));
    REQUEST_TIMEOUT: Duration = Key::new("server.request_timeout", Text("60s")).between("1s", "1h");
    SHUTDOWN_DELAY: Duration = Key::new("server.shutdown_delay", Text("0s")).between("0s", "10m");

    LOGO: Option<Logo> = Key::new("branding.logo", NOTHING);
    ACCENT: Option<Accent> = Key::new("branding.accent", NOTHING);
    TERMS: Option<SiteLink> = Key::new("branding.links.terms", NOTHING);
    PRIVACY: Option<SiteLink> = Key::new("branding.links.privacy", NOTHING);
    SUPPORT: Option<SiteLink> = Key::new("branding.links.support", NOTHING);

    DATABASE_URL: DatabaseUrl = Key::new("database.url", DatabaseFile).with_credentials();
    MIGRATE: bool = Key::new("database.migrate", Text("true"));
    LOCK_TIMEOUT: Duration = Key::new("database.lock_timeout", Text("3s")).between("1s", "1h");
    STATEMENT_TIMEOUT: Duration = Key::new("database.statement_timeout", Text("5s")).between("1s", "1h");
    IDLE_TRANSACTION_TIMEOUT: Duration =
        Key::new("database.idle_transaction_timeout", Text("5s")).between("2s", "1h");

    JWT_SECRET: Option<MasterSecret> = Key::new("tokens.jwt_secret", Unset("jwt.key in server.data_dir")).secret();
    JWT_PREVIOUS: Vec<MasterSecret> = Key::new("tokens.jwt_previous", NOTHING).secret();
    ACCESS_TTL: Duration = Key::new("tokens.access_ttl", Text("15m")).between("1s", "3650d");
    REFRESH_TTL: Duration = Key::new("tokens.refresh_ttl", Text("7d")).between("1s", "3650d");
    SESSION_TTL: Duration = Key::new("tokens.session_ttl", Text("30d")).between("1s", "3650d");
    API_TTL: Duration = Key::new("tokens.api_ttl", Text("24h")).between("1s", "3650d");
    REFRESH_GRACE: Duration = Key::new("tokens.refresh_grace", Text("10s")).between("0s", "1h");
    MAX_SESSIONS: u32 = Key::new("tokens.max_sessions", Text("200")).between("1", "10000");
    SESSION_RETENTION: Duration = Key::new("tokens.session_retention", Text("30d")).between("1d", "3650d");

    MIN_LENGTH: usize = Key::new("passwords.min_length", Text("8")).between("8", "256");
    MEMORY_KIB: u32 = Key::new("passwords.memory_kib", Text("19456")).between("8", "2097152");
    ITERATIONS: u32 = Key::new("passwords.iterations", Text("2")).between("1", "1000");
    LANES: u32 = Key::new("passwords.lanes", Text("1")).between("1", "64");
    MAX_PARALLEL: usize = Key::new("passwords.max_parallel", Cores).between("1", "65536");

    MAX_FAILURES: u32 = Key::new("lockout.max_failures", Text("5")).between("1", "1000");
    LOCKOUT_DURATION: Duration = Key::new("lockout.duration", Text("15m")).between("1s", "3650d");

    LIMITS_ENABLED: bool = Key::new("limits.enabled", Text("true"));
    LIMIT_SIGN_IN: Rate = Key::new("limits.sign_in", Text("20/1m"));
    LIMIT_MAIL: Rate = Key::new("limits.mail", Text("5/1h"));
    LIMIT_API: Rate = Key::new("limits.api", Text("600/1m"));

    REGISTRATION: Registration = Key::new("accounts.registration", Text("open"));
    EMAIL_DOMAINS: Vec<Domain> = Key::new("accounts.email_domains", NOTHING);
    RESERVED_USERNAMES: Vec<Username> = Key::new("accounts.reserved_usernames", Text(RESERVED));
    UNCONFIRMED_RETENTION: Duration =
        Key::new("accounts.unconfirmed_retention", Text("7d")).between("1d", "3650d");

    SMTP_URL: Option<SmtpUrl> = Key::new("mail.smtp_url", NOTHING).with_credentials();
    MAIL_FROM: Option<Mailbox> = Key::new("mail.from", NOTHING);
    MAIL_RETENTION: Duration = Key::new("mail.retention", Text("30d")).between("1d", "3650d");

    AUDIT_RETENTION: Duration = Key::new("audit.retention", Text("400d")).between("1d", "3650d");
    CHECKPOINTS_TO: Option<Email> = Key::new("audit.checkpoints_to", NOTHING);

    LOG_FORMAT: LogFormat = Key::new("log.format", FormatOfOutput);
    LOG_LEVEL: tracing::Level = Key::new("log.level", Text("info"));
}

/// Returns the key with this dotted name.
pub(super) fn find(name: &str) -> Option<&'static Key> {
    ALL.iter().find(|key| key.name == name)
}

/// Returns whether keys exist under this dotted name.
pub(super) fn is_section(name: &str) -> bool {
    ALL.iter().any(|key| key.name.strip_prefix(name).is_some_and(|rest| rest.starts_with('.')))
}

#[cfg(test)]
mod tests {
    use super::super::testing::load;
    use super::*;

    #[test]
    fn names_are_lower_case_sections_and_keys_and_unique() {
        let mut names: Vec<_> = ALL.iter().map(|key| key.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ALL.len());
        for name in names {
            assert_eq!(name.replace("branding.links.", "links.").matches('.').count(), 1, "{name}");
            assert!(!name.contains("__"), "{name}");
            assert!(name.chars().all(|c| c.is_ascii_lowercase() || "._".contains(c)), "{name}");
        }
    }

    #[test]
    fn every_default_is_a_valid_value() {
        assert!(load(&[]).is_ok());
        for key in ALL {
            if let Text(text) = key.default {
                assert!(load(&[(key.name, text)]).is_ok(), "{}", key.name);
            }
        }
    }

    #[test]
    fn no_key_accepts_arbitrary_text() {
        for key in ALL {
            let nonsense = "\u{7}";
            let path_or_not = load(&[(key.name, nonsense)]);
            assert!(path_or_not.is_err() || key.name == "server.data_dir", "{}", key.name);
        }
    }

    #[test]
    fn bounds_are_valid_values_and_anything_outside_is_refused() {
        for key in ALL {
            let Some((low, high)) = key.bounds else {
                continue;
            };
            // Some values must be smaller than others.
            let others = [("passwords.lanes", "1"), ("database.lock_timeout", "1s")];
            assert!(load(&[others[0], others[1], (key.name, low)]).is_ok(), "{} {low}", key.name);
            for outside in [format!("{high}0"), format!("1{high}"), "999999999d".into(), "-1".into()] {
                assert!(load(&[(key.name, &outside)]).is_err(), "{} {outside}", key.name);
            }
        }
    }
}
