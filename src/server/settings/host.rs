//! Host and domain names in the form that browsers compare.

use std::net::{Ipv4Addr, Ipv6Addr};

use idna::AsciiDenyList;

use super::value::{Unfit, Value};

/// A host as browsers write it in an `Origin` header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Host {
    V4(Ipv4Addr),
    V6(Ipv6Addr),
    Name(String),
}

impl Host {
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(inside) = text.strip_prefix('[') {
            return inside.strip_suffix(']')?.parse().ok().map(Self::V6);
        }
        text.parse().map(Self::V4).ok().or_else(|| {
            let Domain(name) = Domain::parse(text)?;
            let last = name.rsplit('.').next()?;
            // Browsers read a host that ends in a number as an IPv4 address (`127.1`).
            let is_number = last.starts_with("0x") || last.bytes().all(|byte| byte.is_ascii_digit());
            (!is_number).then_some(Self::Name(name))
        })
    }

    /// Returns whether the host is always this machine (RFC 6761 §6.3 for `localhost`).
    pub fn is_loopback(&self) -> bool {
        match self {
            Self::V4(address) => address.is_loopback(),
            Self::V6(address) => address.is_loopback(),
            Self::Name(name) => name == "localhost" || name.ends_with(".localhost"),
        }
    }
}

impl std::fmt::Display for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::V4(address) => address.fmt(f),
            Self::V6(address) => write!(f, "[{address}]"),
            Self::Name(name) => f.write_str(name),
        }
    }
}

/// A domain name in lower case and ASCII.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Domain(String);

impl Domain {
    fn parse(text: &str) -> Option<Self> {
        let name = idna::domain_to_ascii_cow(text.as_bytes(), AsciiDenyList::URL).ok()?;
        let fits = |label: &str| (1..=63).contains(&label.len());
        name.split('.').all(fits).then(|| Self(name.into_owned()))
    }

    pub fn into_text(self) -> String {
        self.0
    }
}

impl Value for Domain {
    fn read(text: &str) -> Result<Self, Unfit> {
        let name = Self::parse(text).filter(|name| name.0.contains('.'));
        name.ok_or_else(|| Unfit::new("domains like example.com, without an @"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(text: &str) -> Option<String> {
        Host::parse(text).map(|host| host.to_string())
    }

    #[test]
    fn hosts_are_written_as_browsers_write_them() {
        assert_eq!(host("Auth.Example.COM"), Some("auth.example.com".into()));
        assert_eq!(host("bücher.example"), Some("xn--bcher-kva.example".into()));
        assert_eq!(host("[0:0:0:0:0:0:0:1]"), Some("[::1]".into()));
        assert_eq!(host("auth_server"), Some("auth_server".into()));
    }

    #[test]
    fn an_invalid_host_is_refused() {
        for text in
            ["", ".", "a..b", "example.com.", "a b", "127.1", "1.2.3.400", "0x7f", "[::1", "::1", "a%41", "ex<ample"]
        {
            assert_eq!(host(text), None, "{text:?}");
        }
    }

    #[test]
    fn this_machine_is_recognized_by_all_its_names() {
        for text in ["localhost", "LOCALHOST", "app.localhost", "127.0.0.1", "127.8.8.8", "[::1]"] {
            assert!(Host::parse(text).is_some_and(|host| host.is_loopback()), "{text}");
        }
        for text in ["localhost.example.com", "notlocalhost", "10.0.0.1", "0.0.0.0", "[::]"] {
            assert!(Host::parse(text).is_some_and(|host| !host.is_loopback()), "{text}");
        }
    }
}
