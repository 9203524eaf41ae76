//! The public address of this installation.

use std::fmt;

use super::host::Host;
use super::value::{Unfit, Value};

/// An http or https origin: scheme, host and optional port (RFC 6454 §4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl {
    origin: String,
    host: Host,
    port: u16,
    is_secure: bool,
    is_loopback: bool,
}

impl PublicUrl {
    /// Parses an origin without path, query, fragment, user name or trailing slash.
    pub fn parse(text: &str) -> Result<Self, Unfit> {
        Self::of(text).ok_or_else(|| {
            Unfit::new("a URL such as https://auth.example.com, without path, trailing slash or user name")
        })
    }

    fn of(text: &str) -> Option<Self> {
        let (scheme, authority) = text.split_once("://")?;
        let (scheme, usual_port) = match scheme.to_ascii_lowercase().as_str() {
            "http" => ("http", 80),
            "https" => ("https", 443),
            _ => return None,
        };
        let (host, port) = split_port(authority)?;
        let port = port.unwrap_or(usual_port);
        let host = Host::parse(host)?;
        let shown_port = if port == usual_port { String::new() } else { format!(":{port}") };
        Some(Self {
            origin: format!("{scheme}://{host}{shown_port}"),
            port,
            is_secure: scheme == "https",
            is_loopback: host.is_loopback(),
            host,
        })
    }

    /// Returns the text a browser sends as `Origin`: lower case, without a default port.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Returns the host as browsers write it.
    pub fn host(&self) -> String {
        self.host.to_string()
    }

    /// Returns the domain that mails can be sent from; `None` for an IP address and for this machine.
    pub fn domain(&self) -> Option<&str> {
        match &self.host {
            Host::Name(name) if !self.is_loopback => Some(name),
            _ => None,
        }
    }

    /// Returns the port, explicit or default.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Returns whether the scheme is https, which makes cookies `Secure`.
    pub fn is_secure(&self) -> bool {
        self.is_secure
    }

    /// Returns whether the host is always this machine.
    pub fn is_loopback(&self) -> bool {
        self.is_loopback
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin)
    }
}

impl Value for PublicUrl {
    fn read(text: &str) -> Result<Self, Unfit> {
        Self::parse(text)
    }
}

/// Splits host and optional port. Returns `None` if the port is not valid.
fn split_port(authority: &str) -> Option<(&str, Option<u16>)> {
    let end_of_host = authority.rfind(']').map_or(0, |end| end + 1);
    let Some(colon) = authority[end_of_host..].find(':').map(|at| at + end_of_host) else {
        return Some((authority, None));
    };
    let port = &authority[colon + 1..];
    let is_number = port.bytes().all(|byte| byte.is_ascii_digit());
    let port = port.parse().ok().filter(|port| is_number && *port != 0)?;
    Some((&authority[..colon], Some(port)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(text: &str) -> Option<String> {
        PublicUrl::parse(text).ok().map(|url| url.origin().to_owned())
    }

    #[test]
    fn the_origin_is_what_a_browser_sends() {
        for (text, expected) in [
            ("https://auth.example.com", "https://auth.example.com"),
            ("HTTPS://Auth.Example.com:443", "https://auth.example.com"),
            ("http://127.0.0.1:3000", "http://127.0.0.1:3000"),
            ("http://localhost:80", "http://localhost"),
            ("https://bücher.example:8443", "https://xn--bcher-kva.example:8443"),
            ("http://[::1]:3000", "http://[::1]:3000"),
        ] {
            assert_eq!(origin(text), Some(expected.into()), "{text}");
        }
    }

    #[test]
    fn anything_more_or_less_than_an_origin_is_refused() {
        for text in [
            "",
            "auth.example.com",
            "//auth.example.com",
            "ftp://auth.example.com",
            "https://",
            "https:///x",
            "https://auth.example.com/",
            "https://auth.example.com/auth",
            "https://auth.example.com?x",
            "https://auth.example.com#x",
            "https://me@auth.example.com",
            "https://me:pw@auth.example.com",
            "https://auth.example.com:",
            "https://auth.example.com:0",
            "https://auth.example.com:65536",
            "https://auth.example.com:+1",
            "https://auth.example.com:80:80",
            "https://::1",
            "https://auth .example.com",
            "https://auth.example.com\\x",
            "https://[::1]x",
            "https://x[::1]",
        ] {
            assert_eq!(origin(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_url_knows_whether_it_is_secure_or_loopback() {
        let url = |text| PublicUrl::parse(text).unwrap();
        assert!(url("https://auth.example.com").is_secure());
        assert!(!url("http://localhost:3000").is_secure());
        assert!(url("http://localhost:3000").is_loopback());
        assert!(!url("https://auth.example.com").is_loopback());
        assert_eq!(url("https://auth.example.com").port(), 443);
    }

    #[test]
    fn the_mail_domain_is_a_name_and_never_this_machine_or_an_address() {
        let domain = |text| PublicUrl::parse(text).unwrap().domain().map(str::to_owned);
        assert_eq!(domain("https://Auth.example.com:8443"), Some("auth.example.com".into()));
        for text in ["http://localhost:3000", "http://127.0.0.1:3000", "https://192.0.2.1", "https://[2001:db8::1]"] {
            assert_eq!(domain(text), None, "{text}");
        }
    }
}
