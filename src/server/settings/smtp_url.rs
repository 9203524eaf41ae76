//! The URL of the SMTP server.

use percent_encoding::percent_decode_str;
use url::{Host, Url};

use super::secret::Secret;
use super::value::{Unfit, Value};

/// How a connection to the SMTP server is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpTls {
    /// From the first byte (RFC 8314).
    Always,
    /// By STARTTLS, which is required (RFC 3207).
    StartTls,
    /// By STARTTLS if the server offers it.
    IfOffered,
    /// Never, because the server is on this machine.
    Never,
}

/// Address, encryption and credentials of the SMTP server.
#[derive(Debug, Clone)]
pub struct SmtpUrl {
    pub host: String,
    pub port: u16,
    pub tls: SmtpTls,
    /// User and password.
    pub credentials: Option<(String, Secret)>,
}

impl SmtpUrl {
    fn of(text: &str) -> Option<Self> {
        let url = Url::parse(text).ok()?;
        // For schemes that browsers don't know, `Url` does not parse the host as an address.
        let host = url.host_str().filter(|host| !host.is_empty())?.trim_matches(['[', ']']).to_owned();
        let tls = tls(&url)?;
        let usual_port = if tls == SmtpTls::Always { 465 } else { 587 };
        let decoded = |text: &str| percent_decode_str(text).decode_utf8().ok().map(std::borrow::Cow::into_owned);
        let credentials = match url.password() {
            Some(password) => Some((decoded(url.username())?, Secret::new(decoded(password)?))),
            None if url.username().is_empty() => None,
            None => return None,
        };
        let is_whole = matches!(url.path(), "" | "/") && url.fragment().is_none();
        is_whole.then_some(Self { port: url.port().unwrap_or(usual_port), host, tls, credentials })
    }
}

fn tls(url: &Url) -> Option<SmtpTls> {
    let parameters: Vec<_> = url.query_pairs().collect();
    let wanted = match parameters.as_slice() {
        [] => None,
        [(name, value)] if name == "tls" => Some(value.as_ref()),
        _ => return None,
    };
    match (url.scheme(), wanted) {
        ("smtps", None) => Some(SmtpTls::Always),
        ("smtp", Some("opportunistic")) => Some(SmtpTls::IfOffered),
        ("smtp", None) if is_loopback(url) => Some(SmtpTls::Never),
        ("smtp", Some("required") | None) => Some(SmtpTls::StartTls),
        _ => None,
    }
}

fn is_loopback(url: &Url) -> bool {
    match Host::parse(url.host_str().unwrap_or_default()) {
        Ok(Host::Ipv4(address)) => address.is_loopback(),
        Ok(Host::Ipv6(address)) => address.is_loopback(),
        Ok(Host::Domain(name)) => name == "localhost",
        Err(_) => false,
    }
}

impl Value for SmtpUrl {
    fn read(text: &str) -> Result<Self, Unfit> {
        Self::of(text).ok_or_else(|| {
            Unfit::new(
                "a URL such as smtps://user:password@mail.example.com, or smtp:// with ?tls=required or \
                 ?tls=opportunistic; percent-encode special characters in the password (@ is %40)",
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(text: &str) -> Option<(String, u16, SmtpTls)> {
        SmtpUrl::of(text).map(|url| (url.host, url.port, url.tls))
    }

    #[test]
    fn passwords_are_sent_in_the_clear_only_to_this_machine_or_at_the_operators_request() {
        for (text, host, port, tls) in [
            ("smtps://mail.example.com", "mail.example.com", 465, SmtpTls::Always),
            ("smtp://mail.example.com", "mail.example.com", 587, SmtpTls::StartTls),
            ("smtp://mail.example.com:25?tls=required", "mail.example.com", 25, SmtpTls::StartTls),
            ("smtp://mailpit:1025?tls=opportunistic", "mailpit", 1025, SmtpTls::IfOffered),
            ("smtp://localhost:1025", "localhost", 1025, SmtpTls::Never),
            ("smtp://127.0.0.1", "127.0.0.1", 587, SmtpTls::Never),
            ("smtp://[::1]:25", "::1", 25, SmtpTls::Never),
            ("smtp://localhost.example.com", "localhost.example.com", 587, SmtpTls::StartTls),
        ] {
            assert_eq!(endpoint(text), Some((host.to_owned(), port, tls)), "{text}");
        }
    }

    #[test]
    fn a_password_may_hold_any_character() {
        let url = SmtpUrl::of("smtps://me%40example.com:h%40sh%2F%25@mail.example.com").unwrap();
        let (user, password) = url.credentials.as_ref().unwrap();
        assert_eq!((user.as_str(), password.expose()), ("me@example.com", "h@sh/%"));
        assert!(!format!("{url:?}").contains("h@sh"));
    }

    #[test]
    fn a_url_that_would_not_do_what_it_says_is_refused() {
        for text in [
            "",
            "mail.example.com",
            "https://mail.example.com",
            "smtp://",
            "smtp://mail.example.com?tls=yes",
            "smtp://mail.example.com?ssl=required",
            "smtps://mail.example.com?tls=opportunistic",
            "smtps://me@mail.example.com",
            "smtps://mail.example.com/relay",
            "smtps://mail.example.com:0x",
        ] {
            assert_eq!(endpoint(text), None, "{text}");
        }
    }
}
