//! Public URL, proxies and folders.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;

use super::super::cors_origin::CorsOrigin;
use super::super::error::SettingsError;
use super::super::keys;
use super::super::public_url::PublicUrl;
use super::super::values::Values;
use crate::model::DisplayName;

/// The section `server`.
#[derive(Debug, Clone)]
pub struct Server {
    /// The only source of links, redirects and the `Secure` flag of cookies.
    pub public_url: PublicUrl,
    /// What pages and emails call this site.
    pub name: DisplayName,
    /// Whether plain http is allowed for hosts other than this machine.
    pub allow_insecure_http: bool,
    /// The proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are trusted.
    pub trusted_proxies: Vec<IpNet>,
    /// The certificate of built-in TLS; always `None` in this version.
    pub tls_cert: Option<PathBuf>,
    /// The private key of built-in TLS; always `None` in this version.
    pub tls_key: Option<PathBuf>,
    /// The address that redirects http to https; always `None` in this version.
    pub redirect_http_addr: Option<SocketAddr>,
    /// The origins whose pages may call the API with a token or an API key.
    pub cors_origins: Vec<CorsOrigin>,
    /// The folder of the database file, keys and the mail outbox.
    pub data_dir: PathBuf,
    /// How long a request may take until its response begins.
    pub request_timeout: Duration,
    /// How long the server still accepts connections after a stop signal, while `/ready` fails.
    pub shutdown_delay: Duration,
}

impl Server {
    pub(in super::super) fn read(values: &Values) -> Result<Self, SettingsError> {
        let public_url = values.read(keys::PUBLIC_URL)?;
        let name = values.read(keys::SITE_NAME)?;
        let server = Self {
            name: name.unwrap_or_else(|| DisplayName::stored(public_url.host())),
            public_url,
            allow_insecure_http: values.read(keys::ALLOW_INSECURE_HTTP)?,
            trusted_proxies: values.read(keys::TRUSTED_PROXIES)?,
            tls_cert: values.read(keys::TLS_CERT)?,
            tls_key: values.read(keys::TLS_KEY)?,
            redirect_http_addr: values.read(keys::REDIRECT_HTTP_ADDR)?,
            cors_origins: values.read(keys::CORS_ORIGINS)?,
            data_dir: values.read(keys::DATA_DIR)?,
            request_timeout: values.read_within(keys::REQUEST_TIMEOUT)?,
            shutdown_delay: values.read_within(keys::SHUTDOWN_DELAY)?,
        };
        let url = &server.public_url;
        if url.is_secure() || url.is_loopback() || server.allow_insecure_http {
            return Ok(server);
        }
        let wanted = "must use https (http is only allowed for localhost, or with \
             `server.allow_insecure_http = true`, in the environment `CLAVIGER_SERVER__ALLOW_INSECURE_HTTP`)";
        Err(values.refuse_value(&keys::PUBLIC_URL.key, wanted))
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{load, refusal};
    use super::*;

    #[test]
    fn http_is_for_this_machine_only() {
        assert!(load(&[("server.public_url", "http://localhost:3000")]).is_ok());
        assert!(load(&[("server.public_url", "https://auth.example.com")]).is_ok());
        assert_eq!(
            refusal(&[("server.public_url", "http://auth.example.com")]),
            "invalid value `http://auth.example.com` for `--set server.public_url` (`CLAVIGER_SERVER__PUBLIC_URL` in the \
             environment): must use https (http is only allowed for localhost, or with \
             `server.allow_insecure_http = true`, in the environment `CLAVIGER_SERVER__ALLOW_INSECURE_HTTP`)"
        );
    }

    #[test]
    fn a_bad_address_never_shows_its_password() {
        for key in ["server.public_url", "server.cors_origins"] {
            for url in [
                "https://me:hush@auth.example.com",
                "https://me:hush@auth.example.com/",
                "https://hush@auth.example.com",
                "http://me:hu@hush@auth.example.com",
                "https:/me:hush@auth.example.com",
                "me:hush@auth.example.com",
                "https://auth.example.com?password=hush",
                "https://a.example, https://me:hush@auth.example.com",
            ] {
                let said = refusal(&[(key, url)]);
                assert!(!said.contains("hush") && said.contains(key), "{said}");
            }
        }
    }

    #[test]
    fn http_elsewhere_can_be_allowed() {
        let url = ("server.public_url", "http://auth.example.com");
        assert!(load(&[url, ("server.allow_insecure_http", "true")]).is_ok());
    }

    #[test]
    fn the_site_is_called_by_its_host_unless_it_has_a_name_of_one_line() {
        let name = |pairs: &[(&str, &str)]| load(pairs).unwrap().settings.server.name.as_str().to_owned();
        let url = ("server.public_url", "https://id.example.com:8443");
        assert_eq!(name(&[]), "127.0.0.1");
        assert_eq!(name(&[url]), "id.example.com");
        assert_eq!(name(&[url, ("server.name", "")]), "id.example.com");
        assert_eq!(name(&[url, ("server.name", "Müller & Söhne")]), "Müller & Söhne");
        for text in ["Ex\r\nBcc: eve@example.com", "a\u{202E}b", "\u{200B}", &"x".repeat(101)] {
            let said = refusal(&[("server.name", text)]);
            assert!(said.contains("must be a name of at most 100 characters in one line"), "{said}");
        }
    }

    #[test]
    fn origins_are_exact() {
        let origins = "https://App.example.com:443, http://localhost:5173";
        let server = load(&[("server.cors_origins", origins)]).unwrap().settings.server;
        let origins: Vec<_> = server.cors_origins.iter().map(CorsOrigin::as_str).collect();
        assert_eq!(origins, ["https://app.example.com", "http://localhost:5173"]);
        for text in [
            "*",
            "https://*.example.com",
            "null",
            "app.example.com",
            "https://app.example.com/",
            "https://app.example.com/app",
            "https://app.example.com, *",
            "http://app.example.com",
        ] {
            assert_eq!(
                refusal(&[("server.cors_origins", text), ("server.allow_insecure_http", "true")]),
                format!(
                    "invalid value `{text}` for `--set server.cors_origins` (`CLAVIGER_SERVER__CORS_ORIGINS` in the \
                     environment): must be full origins such as https://app.example.com, without `*`, path or trailing \
                     slash; http is only allowed for localhost"
                )
            );
        }
    }
}
