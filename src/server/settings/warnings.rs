//! Warnings about settings that do not do what they seem to.

use super::env_file::{self, EnvFile};
use super::keys;
use super::load::Settings;
use super::values::Values;

/// Returns one sentence per warning.
pub(super) fn warnings(settings: &Settings, values: &Values, env_file: &EnvFile) -> Vec<String> {
    let others = [
        insecure_http(settings),
        https_without_tls(settings),
        default_url_of_another_port(settings, values),
        short_life(settings),
        open_env_file(env_file),
    ];
    others.into_iter().flatten().collect()
}

fn insecure_http(settings: &Settings) -> Option<String> {
    let url = &settings.server.public_url;
    let insecure = !url.is_secure() && !url.is_loopback();
    insecure.then(|| {
        format!(
            "`server.public_url` is {url}: passwords and tokens are sent unencrypted. Use https behind a TLS proxy."
        )
    })
}

fn https_without_tls(settings: &Settings) -> Option<String> {
    let (server, address) = (&settings.server, settings.site_addr);
    let is_open = server.public_url.is_secure() && !address.ip().is_loopback() && server.trusted_proxies.is_empty();
    is_open.then(|| {
        format!(
            "`server.public_url` is {}, but the server listens on {address} without TLS and `server.trusted_proxies` is \
             empty. Put a TLS proxy in front and add its address to that setting. Sign-in does not work at http://{address}.",
            server.public_url
        )
    })
}

fn open_env_file(env_file: &EnvFile) -> Option<String> {
    (env_file.is_readable_by_others && env_file.has_settings()).then(|| {
        let file = env_file::FILE_NAME;
        format!("{file} can be read by other users of this machine and may contain secrets: run `chmod 600 {file}`.")
    })
}

fn default_url_of_another_port(settings: &Settings, values: &Values) -> Option<String> {
    let url = &settings.server.public_url;
    let set = values.given(&keys::PUBLIC_URL.key).is_some();
    let port = settings.site_addr.port();
    (!set && port != 0 && url.port() != port).then(|| {
        format!("Links will point to {url}, but the server listens on {}. Set `server.public_url`.", settings.site_addr)
    })
}

fn short_life(settings: &Settings) -> Option<String> {
    let tokens = &settings.tokens;
    let shorter = tokens.refresh_ttl.min(tokens.session_ttl) < tokens.access_ttl;
    shorter.then(|| {
        "`tokens.access_ttl` is longer than `tokens.refresh_ttl` or `tokens.session_ttl`: \
         no token outlives its session, so the shorter time applies."
            .to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{environment, load, source};
    use super::super::{Settings, Source};

    fn warned(pairs: &[(&str, &str)]) -> Vec<String> {
        load(pairs).unwrap().warnings
    }

    #[test]
    fn the_defaults_warn_of_nothing() {
        assert_eq!(warned(&[]), Vec::<String>::new());
    }

    #[test]
    fn allowed_http_is_warned_about() {
        let warnings =
            warned(&[("server.public_url", "http://auth.example.com"), ("server.allow_insecure_http", "true")]);
        assert!(warnings.iter().any(|text| text.contains("unencrypted")), "{warnings:?}");
    }

    #[test]
    fn https_on_a_public_plain_listener_is_warned_about_unless_a_proxy_is_named() {
        let on = |address: &str, proxies: &str, url: &str| {
            let source = Source {
                environment: environment(&[
                    ("LEPTOS_SITE_ADDR", address),
                    ("CLAVIGER_SERVER__PUBLIC_URL", url),
                    ("CLAVIGER_SERVER__TRUSTED_PROXIES", proxies),
                ]),
                ..source()
            };
            Settings::load(&source).unwrap().warnings
        };
        let url = "https://id.example.com";
        for address in ["0.0.0.0:3000", "[::]:3000", "192.168.1.5:3000"] {
            let warnings = on(address, "", url);
            assert!(warnings.len() == 1 && warnings[0].contains(url) && warnings[0].contains(address), "{warnings:?}");
            assert_eq!(on(address, "10.0.0.0/8", url), Vec::<String>::new());
        }
        assert_eq!(on("127.0.0.1:3000", "", url), Vec::<String>::new(), "its proxy is on this machine");
        assert_eq!(on("0.0.0.0:3000", "", "http://127.0.0.1:3000"), Vec::<String>::new());
    }

    #[test]
    fn a_default_url_that_leads_elsewhere_is_warned_about() {
        let on = |address: &str| {
            let source = Source { environment: environment(&[("LEPTOS_SITE_ADDR", address)]), ..source() };
            Settings::load(&source).unwrap().warnings.len()
        };
        assert_eq!((on("127.0.0.1:4000"), on("0.0.0.0:3000"), on("127.0.0.1:0")), (1, 0, 0));
    }

    #[test]
    fn a_session_shorter_than_its_token_is_warned_about() {
        assert_eq!(warned(&[("tokens.refresh_ttl", "2s")]).len(), 1);
        assert_eq!(warned(&[("tokens.session_ttl", "2s")]).len(), 1);
        assert_eq!(warned(&[("tokens.access_ttl", "2s"), ("tokens.refresh_ttl", "3s")]).len(), 0);
    }
}
